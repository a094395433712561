/** Differences in the kernels of TensorFlow.js that can't be changed from outside. */
export const otherSums = [
  { test: /^long sums: (products|a convolution|the gradient of a row)/, reason: 'its kernels add float32 one by one' },
]

/** For convolutions that the library pads. */
export const padding = {
  test: /^conv2d.*"padding".* of infinities/,
  reason: 'it skips the padding, where ours computes 0 · ∞',
}
