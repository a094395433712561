import type { Example } from '../op.ts'
import { conv2d } from './conv.ts'
import * as elementwise from './elementwise.ts'
import { bce, bceWithLogits, crossEntropy, mae, mse } from './losses.ts'
import { linear, matmul } from './matmul.ts'
import { batchNorm, layerNorm } from './normalize.ts'
import { concat, gather, pad, slice } from './pieces.ts'
import { avgPool2d, maxPool2d } from './pool.ts'
import { max, mean, sum } from './reduce.ts'
import { broadcastTo, reshape, sumTo, transpose } from './shape-changing.ts'
import { logSoftmax, softmax } from './softmax.ts'

const shapes = { reshape, transpose, broadcastTo, sumTo, slice, pad, concat, gather }
const losses = { crossEntropy, mse, mae, bce, bceWithLogits }
const layers = { matmul, linear, conv2d, maxPool2d, avgPool2d, layerNorm, batchNorm, softmax, logSoftmax }

/** Every op. Tests loop over this list: an op that is not in it is not tested. */
export const allOps: readonly { readonly opName: string; readonly examples: readonly Example[] }[] = Object.values({
  ...elementwise,
  ...shapes,
  ...{ sum, mean, max },
  ...losses,
  ...layers,
})
