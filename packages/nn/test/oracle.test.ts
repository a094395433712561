import { backward, mul, plain, rng, sum, type Tensor, tensor } from '@backprop/core'
import { expect, test } from '@backprop/testkit'
import { evaluation, MultiHeadAttention, parameters } from '../src/index.ts'
import oracle from './oracle/pytorch-attention.json' with { type: 'json' }

const on = plain({ dtype: 'float64' })
const TOLERANCE = { relative: 1e-6, absolute: 1e-8 }
const tensorOf = ({ shape, data }: { shape: number[]; data: number[] }): Tensor => tensor(data, { on, shape })

test.each(oracle.ops)(
  `attention with $args.heads heads, its gradients and its mask are those of ${oracle.source}`,
  one => {
    const [x, ...rest] = one.inputs.map(tensorOf)
    const [B, T, size] = x.shape
    const layer = new MultiHeadAttention(size, one.args.heads, { on, rng: rng(1) })
    const weights = [...parameters(layer).values()]
    for (const [i, parameter] of weights.entries()) parameter.value = rest[i].toLeaf()
    const mask = tensorOf({ ...one.inputs.at(-1)!, shape: [B, 1, 1, T] })
    const leaf = x.toLeaf()
    const y = layer.forward(leaf, evaluation, mask)
    expect(y.dataSync()).toBeNear(one.output.data, TOLERANCE)
    backward(sum(mul(y, tensorOf(one.outputGradient))))
    for (const [i, { data }] of one.inputGradients.entries()) {
      const { grad } = i === 0 ? leaf : weights[i - 1].value
      expect(grad?.dataSync(), `the gradient of input ${i}`).toBeNear(data, TOLERANCE)
    }
  },
)
