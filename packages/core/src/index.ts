export { Rng, rng } from './random.ts'
export { detectAnomaly } from './anomaly.ts'
export type * from './backend.ts'
export { plain, type PlainBackend } from './backends/plain.ts'
export { backward, grad } from './backward.ts'
export { full, normal, ones, tensor, uniform, zeros, type NestedNumbers } from './create.ts'
export { dims, type Pattern } from './dims.ts'
export { defineOp, type Example, type Op, type Operand, type OpSpec } from './op.ts'
export { conv2d } from './ops/conv.ts'
export {
  abs,
  add,
  clamp,
  div,
  equal,
  erf,
  exp,
  gate,
  gelu,
  geluTanh,
  log,
  maximum,
  minimum,
  mul,
  neg,
} from './ops/elementwise.ts'
export { relu, sigmoid, sign, sqrt, square, step, sub, tanh } from './ops/elementwise.ts'
export { allOps } from './ops/index.ts'
export { bce, bceWithLogits, crossEntropy, mae, mse, type WeightedLabels } from './ops/losses.ts'
export { linear, matmul, type MatmulOptions } from './ops/matmul.ts'
export { batchNorm, dropout, layerNorm, type Statistics } from './ops/normalize.ts'
export { checkIndices, concat, embedding, gather, type Indices, oneHot, pad, slice } from './ops/pieces.ts'
export { avgPool2d, maxPool2d } from './ops/pool.ts'
export { argmax, max, mean, sum, type Reduction } from './ops/reduce.ts'
export { broadcastTo, reshape, sumTo, transpose } from './ops/shape-changing.ts'
export { logSoftmax, maskedSoftmax, softmax } from './ops/softmax.ts'
export { noGrad } from './scope.ts'
export { ShapeError, broadcastShapes, explain, sameShape, shapeText, sizeOf, stridesOf, type Shape } from './shape.ts'
export { Tensor } from './tensor.ts'
export { isContiguous } from './view.ts'
