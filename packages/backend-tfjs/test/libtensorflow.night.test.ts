import { backendContract } from '@backprop/core/contract'
import { test } from 'vitest'
import { tfjsNode } from '../src/index.ts'
import { libtensorflow } from '../src/libtensorflow.ts'
import { padding } from './differences.ts'

const built = await libtensorflow()

if ('missing' in built) test.skip(`libtensorflow keeps the contract of a backend (skipped: ${built.missing})`)
else
  backendContract({
    name: 'tfjs-node on a real libtensorflow',
    make: () => tfjsNode('tfjs-node', { from: `${built.folder}/` }),
    skip: [
      padding,
      {
        test: /^long sums: (a convolution|the gradient of kernels|sums, means|layerNorm|the gradient of a row)/,
        reason: 'its kernels add float32 one by one',
      },
    ],
  })
