import type { Example } from '../op.ts'
import { add, div, exp, log, mul, neg, relu, sigmoid, sqrt, square, step, sub, tanh } from './elementwise.ts'
import { crossEntropy, logSoftmax, softmax } from './losses.ts'
import { matmul } from './matmul.ts'
import { max, mean, sum } from './reduce.ts'
import { broadcastTo, reshape, sumTo, transpose } from './shape-changing.ts'

export { adamStep } from './adam.ts'
export type { AdamState } from './adam.ts'
export { argmax } from './reduce.ts'
export type { MatmulOptions } from './matmul.ts'
export type { Reduction } from './reduce.ts'

const elementwise = { add, sub, mul, div, neg, exp, log, sqrt, square, relu, sigmoid, tanh, step }
const others = { matmul, sum, mean, max, reshape, transpose, broadcastTo, sumTo, logSoftmax, softmax, crossEntropy }

/** Every op. Tests loop over this list: an op that is not in it is not tested. */
export const allOps: readonly { readonly opName: string; readonly examples: readonly Example[] }[] = Object.values({
  ...elementwise,
  ...others,
})
