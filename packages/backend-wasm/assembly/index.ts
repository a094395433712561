// What the host may call. Pointers are byte addresses in the linear memory, which holds float32 numbers.
export { adam } from './adam'
export { Binary, binary, binaryMap } from './binary'
export { Start } from './blocks'
export { convolve } from './conv'
export { addWeightGradient, foldSums, packGradient } from './conv-gradient'
export { directGemm, packedGemm, packedGemmScratch } from './gemm'
export { clear, im2colOffsets, padImage, rotateKernels } from './im2col'
export { packRows } from './pack'
export { avgPool, avgPoolGradient, maxPool, maxPoolGradient } from './pooling'
export { argmax, maximum, sum } from './reduce'
export { gather, scatterAdd, spreadRows } from './rows'
export { roundTotals } from './simd'
export { crossEntropy, crossEntropyGradient, logSoftmax, softmax } from './softmax'
export { Unary, unary, unaryMap } from './unary'
export { axesAt } from './walk'
export { setWinogradScratch, winogradGradient, winogradInput, winogradMultiply, winogradOutput } from './winograd'
export { winogradWeightGradient, winogradWeights } from './winograd-weights'

/** The first address that the kernels do not use themselves. */
export function freeFrom(): usize {
  return __heap_base
}
