// What the host may call. Pointers are byte addresses in the shared linear memory; what lies there are float32 numbers.
export { adam } from './adam'
export { binary } from './binary'
export { convolve } from './conv'
export { clear, layOut, tabulate, turnKernels } from './conv-lay'
export { addKernelGradient, foldSums, packPlaces } from './conv-weights'
export { directGemm, packedGemm, packedGemmScratch } from './gemm'
export { packRows } from './pack'
export { avgPool, avgPoolGradient, maxPool, maxPoolGradient } from './pool'
export { argmax, maximum, sum } from './reduce'
export { gather, scatterAdd, spreadRows } from './rows'
export { roundTotals } from './simd'
export { crossEntropy, crossEntropyGradient, logSoftmax, softmax } from './softmax'
export { unary } from './unary'
export { axesAt } from './walk'
export { keepTilesAt, winogradGradient, winogradInput, winogradMultiply, winogradOutput } from './winograd'
export { winogradWeightGradient, winogradWeights } from './winograd-weights'

/** The first address that the kernels do not use themselves. */
export function freeFrom(): usize {
  return __heap_base
}
