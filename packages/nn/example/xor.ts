import { crossEntropy, plain, relu, rng } from '@backprop/core'
import { accuracy, Adam, batchesOf, evaluate, fit, Linear, parameters, sequential } from '@backprop/nn'

const on = plain()
const random = rng(1)
const data = { x: { values: [0, 0, 0, 1, 1, 0, 1, 1], shape: [2] }, y: [0, 1, 1, 0] }
const batches = () => batchesOf(data, [[0, 1, 2, 3]], { on })

const model = sequential(new Linear(2, 8, { on, rng: random }), relu, new Linear(8, 2, { on, rng: random }))
const optimizer = new Adam(parameters(model), { learningRate: 0.05 })
await fit(model, batches, { loss: crossEntropy, optimizer, epochs: 200, rng: random })

export const scores = await evaluate(model, batches, { loss: crossEntropy, metrics: { accuracy } }) // accuracy: 1
