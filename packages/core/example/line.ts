import { add, backward, mse, mul, noGrad, plain, sub, tensor } from '@backprop/core'

const on = plain()
const x = tensor([1, 2, 3], { on })
const y = tensor([3, 5, 7], { on }) // y = 2 x + 1

let [w, b] = [0, 0].map(value => tensor(value, { on, requiresGrad: true }))
for (let step = 0; step < 500; step++) {
  const loss = mse(add(mul(w, x), b), y)
  backward(loss) // puts dL/dw into w.grad, and dL/db into b.grad
  const next = noGrad(() => [w, b].map(leaf => sub(leaf, mul(leaf.grad ?? 0, 0.1))))
  ;[w, b] = next.map(value => value.toLeaf())
}

export const line = [await w.item(), await b.item()] // about [2, 1]
