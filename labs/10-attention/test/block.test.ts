import { plain, rng, tensor, zeros } from '@backprop/core'
import { Parameter, parameters } from '@backprop/nn'
import { exercise, expect, test } from '@backprop/testkit'
import { block, countParameters, layerNorm } from '#lab/block'
import { makeTransformer } from '#lab/network'

const on = plain()
const box = (numbers: number[] | number[][]) => new Parameter(tensor(numbers, { on }))
const SIZES = { d: 4, heads: 2, hidden: 6, blocks: 1 }
const model = () => makeTransformer(['[pad]', '[mask]', '[unk]'], SIZES, { on, rng: rng(1) })

exercise('block', () => {
  test('normalizes each row', () => {
    const w = { gain: box([10, 10]), shift: box([0, 5]) }
    // Three rows of two numbers: means without keepdims don't fit.
    const y = layerNorm(tensor([[1, 3], [40, 20], [5, 7]], { on }), w) // prettier-ignore
    expect(y, '1, 3 becomes −1, 1, then −10, 10, then −10, 15').toBeNear([[-10, 15], [10, -5], [-10, 15]], { absolute: 1e-3 }) // prettier-ignore
  })

  test('survives a row of equal numbers', () => {
    const w = { gain: box([1, 1]), shift: box([0, 0]) }
    expect(layerNorm(tensor([[7, 7]], { on }), w), 'without ε this is 0 / 0').toBeNear([[0, 0]])
  })

  test('passes everything on through its skips', () => {
    const [w] = model().blocks
    w.attention.out = new Parameter(zeros([4, 4], { on }))
    w.down.weight = new Parameter(zeros([6, 4], { on }))
    const x = [[[1, -2, 3, 0.5], [0, 4, 1, 2]]] // prettier-ignore
    const { y, weights } = block(tensor(x, { on }), w, 2, tensor([[[0, 0]]], { on }))
    expect(y, 'attention and MLP say nothing, so y = x').toBeNear(x)
    expect(weights.shape, 'one sentence, two heads, two words').toEqual([1, 2, 2, 2])
  })

  test('has another norm before the MLP', () => {
    const [w] = model().blocks
    w.attention.out = new Parameter(zeros([4, 4], { on }))
    const read = () => block(tensor([[[1, -2, 3, 0.5]]], { on }), w, 2, tensor([[[0]]], { on })).y
    const before = read()
    w.norm1.shift = box([5, 6, 7, 8])
    expect(read(), 'the attention says nothing, so norm1 does not matter: norm2 is before the MLP').toBeNear(before)
  })

  test('uses normalized numbers inside', () => {
    const [w] = model().blocks
    const x = [[1, -2, 3, 0.5], [0, 4, 1, 2]] // prettier-ignore
    const mask = tensor([[[0, 0]]], { on })
    const small = block(tensor([x], { on }), w, 2, mask)
    const large = block(tensor([x.map(row => row.map(value => 1000 * value))], { on }), w, 2, mask)
    const gap = Math.max(...small.weights.dataSync().map((weight, i) => Math.abs(weight - large.weights.dataSync()[i])))
    expect(gap, 'a thousand times x has the same norm, so the attention is the same').toBeLessThan(1e-3)
  })

  test('counts parameters', () => {
    expect(countParameters({ words: 65, d: 48, hidden: 96, blocks: 2 }), 'the table in the README').toBe(43_937)
    const gpt3 = { words: 50_257, d: 12_288, hidden: 4 * 12_288, blocks: 96 }
    expect(countParameters(gpt3), 'GPT-3, without its positions').toBe(175_191_983_185)
    const all = [...parameters(model()).values()].reduce((sum, { value }) => sum + value.dataSync().length, 0)
    expect(countParameters({ words: 3, ...SIZES }), 'the numbers that makeTransformer makes').toBe(all)
  })
})
