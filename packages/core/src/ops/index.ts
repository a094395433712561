import type { Example } from '../op.ts'
import * as conv from './conv.ts'
import * as elementwise from './elementwise.ts'
import * as losses from './losses.ts'
import * as matmul from './matmul.ts'
import * as normalize from './normalize.ts'
import * as pieces from './pieces.ts'
import * as pool from './pool.ts'
import * as reduce from './reduce.ts'
import * as shapes from './shape-changing.ts'
import * as softmax from './softmax.ts'

const files = [conv, elementwise, losses, matmul, normalize, pieces, pool, reduce, shapes, softmax]

type Listed = { readonly opName: string; readonly examples: readonly Example[] }

/** Every op that one of these files exports. Tests loop over them. */
export const allOps: readonly Listed[] = files
  .flatMap((file): unknown[] => Object.values(file))
  .filter((value): value is Listed => typeof value === 'function' && 'examples' in value)
