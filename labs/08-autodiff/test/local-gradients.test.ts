import { exercise, expect, test } from '@backprop/testkit'
import { add, exp, log, mul, pow, relu, tanh, Value } from '#lab/values'

exercise('local-gradients', () => {
  test('adds and multiplies', () => {
    const [a, b] = [new Value(2), new Value(3)]
    expect(add(a, b).data, '2 + 3').toBe(5)
    expect(mul(a, b).data, '2 · 3').toBe(6)
  })

  test('remembers the inputs', () => {
    const [a, b] = [new Value(2), new Value(3)]
    const { inputs } = mul(a, b)
    expect(inputs.length === 2 && inputs[0] === a && inputs[1] === b, 'new Value(data, [a, b], …)').toBe(true)
    const one = exp(a).inputs
    expect(one.length === 1 && one[0] === a, 'a function of one value has one input').toBe(true)
  })

  test('knows the slopes of a sum and a product', () => {
    const [a, b] = [new Value(2), new Value(3)]
    expect(add(a, b).slopes, 'a sum grows as fast as each of its terms').toBeNear([1, 1])
    expect(mul(a, b).slopes, 'when a grows by 1, a · b grows by b = 3: the slope is the other factor').toBeNear([3, 2])
  })

  test('knows the slope of a power', () => {
    expect(pow(new Value(3), 2).data, '3²').toBeNear(9)
    expect(pow(new Value(3), 2).slopes, '2 · 3').toBeNear([6])
    expect(pow(new Value(2), -1).slopes, 'the slope of 1/a is −1/a² = −0.25').toBeNear([-0.25])
    expect(pow(new Value(0), 0).slopes, 'a⁰ is 1 everywhere: 0 · 0⁻¹ would be NaN').toBeNear([0])
    expect(pow(new Value(0), 1).slopes, 'a¹ is a: its slope is 1, even at a = 0. Only n = 0 is special').toBeNear([1])
  })

  test('knows exp, log and tanh', () => {
    expect(exp(new Value(0)).slopes, 'e⁰ = 1').toBeNear([1])
    expect(log(new Value(2)).data, 'the natural logarithm of 2').toBeNear(Math.LN2)
    expect(log(new Value(2)).slopes, '1/2').toBeNear([0.5])
    expect(tanh(new Value(Math.LN2)).data, 'tanh(ln 2)').toBeNear(0.6)
    expect(tanh(new Value(Math.LN2)).slopes, '1 − 0.6²: is it y², not a²?').toBeNear([0.64])
  })

  test('stays finite where the powers of tanh are not', () => {
    const y = tanh(new Value(1000))
    expect([y.data, ...y.slopes], 'e¹⁰⁰⁰ is Infinity, and Infinity / Infinity NaN: use Math.tanh').toBeNear([1, 0])
  })

  test('has a slope of 0 at the kink of ReLU', () => {
    expect(relu(new Value(3)).slopes, 'positive numbers pass through').toBeNear([1])
    expect(relu(new Value(-3)).data, 'negative ones become 0').toBeNear(0)
    expect(relu(new Value(0)).slopes, 'at 0 the slope is 0, by agreement').toBeNear([0])
  })
})
