import type { Backend } from '@backprop/core'
import type { Filling } from './filling.ts'
import { numbersIn } from './tensors.ts'

// Functions of the tabs, which have networks of their own: they are looked up there, and nothing of the plane changes.
// What makes tensors is loaded when a file comes that needs it: the page and the plane's worker never do.

const onlyProbed = (probe: Filling['probe']): Filling => ({ fill: functions => functions, probe })

/** Lab 10's `positions(length, d)`: a row of d numbers for each place. */
export const positions = onlyProbed(student => {
  const rows = student.rows(2, 2, 4)
  for (let t = 0; t < 2; t += 1) student.copy(rows[t], new Float64Array(4), 0, 4, [2, 4])
})

/** Lab 10's `attention(q, k, v, mask)`: `{ y, weights }`. */
export const attention = onlyProbed(async student => {
  const { plain, tensor } = await import('@backprop/core')
  const on = plain()
  const x = tensor([1, 0, 0, 1], { on, shape: [1, 1, 2, 2] })
  const mask = tensor([0, 0], { on, shape: [1, 1, 1, 2] })
  const { y, weights } = student.fields(student.call(x, x, x, mask), ['y', 'weights'])
  for (const each of [y, weights]) numbersIn(student, each, [1, 1, 2, 2])
})

/** Lab 10's `forward(model, ids, at, { on })`: `{ logits, weights }`. */
export const forward = onlyProbed(async student => {
  const { plain } = await import('@backprop/core')
  const on = plain()
  const model = await smallTransformer(on)
  const { logits, weights } = student.fields(student.call(model, [[3, 1]], [1], { on }), ['logits', 'weights'])
  numbersIn(student, logits, [1, model.words.length])
  numbersIn(student, student.list(weights, 1)[0], [1, 1, 2, 2])
})

/** Lab 10's `fit(sentences, { on, rng, steps, onStep })`: a promise of a transformer. */
export const fit = onlyProbed(async student => {
  const { plain, rng } = await import('@backprop/core')
  const sentence = { words: ['the', 'dog', 'seemed', 'slow', 'because', 'it', 'seemed', 'lost'], pronoun: 5 }
  const model = await student.completion(student.call([sentence], { on: plain(), rng: rng(1), steps: 0 }))
  student.fields(model, ['words', 'heads', 'blocks'])
})

/** Lab 10's `rollout(blocks, query)`: a share for each word. */
export const rollout = onlyProbed(student => {
  student.numbers(new Float64Array(2), 2, [[[[1, 0], [0.5, 0.5]]]], 1) // prettier-ignore
})

/** Lab 11's `inputGradient(layers, x, labels)`. */
export const inputGradient = onlyProbed(async student => {
  const { layers, x } = await smallLayers()
  numbersIn(student, student.call(layers, x, Uint8Array.of(0)), [1, 2])
})

/** Lab 11's `fgsm(layers, x, labels, epsilon)`. */
export const fgsm = onlyProbed(async student => {
  const { layers, x } = await smallLayers()
  numbersIn(student, student.call(layers, x, Uint8Array.of(0), 0.1), [1, 2])
})

async function smallLayers() {
  const [{ plain, tensor }, { Parameter }] = await Promise.all([import('@backprop/core'), import('@backprop/nn')])
  const on = plain()
  const weight = new Parameter(tensor([1, -1, 0.5, 2], { on, shape: [2, 2] }))
  const bias = new Parameter(tensor([0.1, 0], { on, shape: [2] }))
  return { layers: [{ weight, bias }], x: tensor([0.2, 0.7], { on, shape: [1, 2] }) }
}

/** A transformer as lab 10 has it: four words, d = 2, one head, one block. */
async function smallTransformer(on: Backend) {
  const [{ normal, ones, rng, zeros }, { Parameter }] = await Promise.all([
    import('@backprop/core'),
    import('@backprop/nn'),
  ])
  const random = rng(1)
  const words = ['[pad]', '[mask]', '[unk]', 'dog']
  const matrix = (rows: number, cols: number) => new Parameter(normal([rows, cols], { on, rng: random }))
  const layer = (rows: number, cols: number) => ({
    weight: matrix(rows, cols),
    bias: new Parameter(zeros([cols], { on })),
  })
  const norm = () => ({ gain: new Parameter(ones([2], { on })), shift: new Parameter(zeros([2], { on })) })
  const heads = { query: matrix(2, 2), key: matrix(2, 2), value: matrix(2, 2), out: matrix(2, 2) }
  const block = { norm1: norm(), attention: heads, norm2: norm(), up: layer(2, 3), down: layer(3, 2) }
  return { words, heads: 1, embedding: matrix(4, 2), blocks: [block], norm: norm(), output: layer(2, 4) }
}
