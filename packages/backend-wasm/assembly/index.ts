// What the host may call: every function and enum that these files export. Pointers are byte addresses in the linear
// memory, which holds float32 numbers.
export * from './adam'
export * from './binary'
export * from './conv'
export * from './conv-gradient'
export * from './gelu'
export * from './im2col'
export * from './layer-norm'
export * from './pooling'
export * from './rows'
export * from './softmax'
export * from './unary'
export * from './winograd'
export * from './winograd-weights'

// The others export what kernels share, too.
export { batchNorm, batchNormInputGradient, batchNormSums, channelMoments } from './batch-norm'
export { Start } from './blocks'
export { directGemm, manyGemm, packedGemm, packedGemmScratch } from './gemm'
export { packRows } from './pack'
export { argmax, maximum, sum } from './reduce'
export { roundTotals } from './simd'
export { axesAt } from './walk'

/** The first address that the kernels do not use themselves. */
export function freeFrom(): usize {
  return __heap_base
}
