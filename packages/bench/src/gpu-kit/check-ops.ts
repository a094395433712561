import { allOps, type Backend, backward, mul, plain, rng, sizeOf, sum, type Tensor, tensor } from '@backprop/core'

export interface ContractResult {
  readonly passed: number
  /** One sentence for each failure. */
  readonly failed: readonly string[]
}

/** float32 has seven digits, and sums of some hundred numbers lose two or three. */
const [RELATIVE, ABSOLUTE] = [1e-4, 1e-5]

/** Compares every example of every op and its gradient with float64 loops, with fused kernels and without. */
export async function checkOps(on: Backend): Promise<ContractResult> {
  const truth = plain({ dtype: 'float64' })
  const composed: Backend = { ...on, fused: undefined }
  const failed: string[] = []
  let passed = 0
  for (const where of [on, composed]) {
    for (const example of allOps.flatMap(op => op.examples)) {
      const compute = (backend: Backend) => run(example, backend)
      const wrong = await differs(compute(where), compute(truth)).catch((error: unknown) => String(error))
      if (wrong === null) passed++
      else failed.push(`${where === on ? '' : 'composed: '}${example.text}: ${wrong}`)
    }
  }
  return { passed, failed }
}

type Example = (typeof allOps)[number]['examples'][number]

function run(example: Example, on: Backend): Tensor[] {
  const r = rng(1)
  const draw = {
    real: () => (r.uniform() < 0.5 ? -1 : 1) * (0.3 + 1.7 * r.uniform()),
    positive: () => 0.3 + 1.7 * r.uniform(),
    probability: () => 0.05 + 0.9 * r.uniform(),
  }[example.domain]
  const values = (shape: readonly number[]) => Float32Array.from({ length: sizeOf(shape) }, draw)
  const inputs = example.shapes.map(shape => tensor(values(shape), { on, shape, requiresGrad: true }))
  const y = example.run(inputs)
  const value = y.detach()
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, (_, i) => 0.5 + (i % 7) / 3)
  if (y.requiresGrad) backward(sum(mul(y, tensor(weights, { on, shape: y.shape }))))
  return [value, ...inputs.flatMap(x => x.grad ?? [])]
}

/** Says where two lists of tensors differ; `null` if they don't. */
async function differs(ours: readonly Tensor[], truth: readonly Tensor[]): Promise<string | null> {
  for (const [i, x] of ours.entries()) {
    const [values, expected] = [await x.data(), truth[i].dataSync()]
    const bad = values.findIndex((v, j) => !(Math.abs(v - expected[j]) <= ABSOLUTE + RELATIVE * Math.abs(expected[j])))
    if (bad >= 0) return `number ${bad} of result ${i} is ${values[bad]}, expected ${expected[bad]}`
  }
  return null
}
