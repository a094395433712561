/// <reference lib="webworker" />
import { wasm, type WasmBackend } from '@backprop/backend-wasm'
import { backward, mse, noGrad, rng, type Tensor, tensor } from '@backprop/core'
import { Adam, parameters } from '@backprop/nn'
import type { FromApproximationWorker, ToApproximationWorker } from './approximation-messages.ts'
import { type Bend, drawWeights, OneHiddenLayer, resized, type Weights } from './one-hidden-layer.ts'
import { POINTS, XS } from './target-curve.ts'

/** How long to train before messages get a turn. */
const SLICE_MS = 12
/** ReLU's bends wander off and meet at a larger rate; smooth ones learn twice as fast at it. */
const LEARNING_RATES: Readonly<Record<Bend, number>> = { relu: 0.01, tanh: 0.02, sigmoid: 0.02 }
/** The learning rate halves every so many steps, down to a twentieth: first far, then exactly. */
const HALF_LIFE_STEPS = 2000

const post = (message: FromApproximationWorker) => self.postMessage(message)

/** One network that learns one curve. */
class Approximation {
  readonly #on: WasmBackend
  readonly #xs: Tensor
  #ys: Tensor
  #model: OneHiddenLayer
  #adam: Adam
  #bend: Bend = 'relu'
  #seed = -1
  #step = 0

  constructor(on: WasmBackend) {
    this.#on = on
    this.#xs = tensor(XS, { on, shape: [POINTS, 1] })
    this.#ys = tensor(new Float64Array(POINTS), { on, shape: [POINTS, 1] })
    this.#model = new OneHiddenLayer(drawWeights(1, this.#bend, rng(0)), this.#bend, on)
    this.#adam = this.#freshAdam()
  }

  learn(ys: Float64Array): void {
    this.#ys.release()
    this.#ys = tensor(ys, { on: this.#on, shape: [POINTS, 1] })
    this.#adam = this.#freshAdam()
  }

  build({ width, bend, seed }: { width: number; bend: Bend; seed: number }): void {
    const random = rng(seed)
    const isNew = seed !== this.#seed || bend !== this.#bend
    const weights: Weights = isNew
      ? drawWeights(width, bend, random)
      : resized(this.#model.weights(), width, bend, random)
    this.#model.release()
    this.#model = new OneHiddenLayer(weights, bend, this.#on)
    if (isNew) this.#step = 0
    ;[this.#bend, this.#seed] = [bend, seed]
    this.#adam = this.#freshAdam()
  }

  /** What the last one remembers belongs to other neurons or another curve. */
  #freshAdam(): Adam {
    const rate = LEARNING_RATES[this.#bend]
    return new Adam(parameters(this.#model), {
      learningRate: step => rate * Math.max(0.05, 0.5 ** (step / HALF_LIFE_STEPS)),
    })
  }

  trainStep(): void {
    const loss = mse(this.#model.forward(this.#xs), this.#ys)
    backward(loss)
    loss.release()
    this.#adam.step()
    this.#step += 1
  }

  postState(): void {
    const loss = noGrad(() => mse(this.#model.forward(this.#xs), this.#ys).dataSync()[0])
    post({ kind: 'state', step: this.#step, loss, weights: this.#model.weights(), bend: this.#bend })
  }
}

const opening = wasm().then(on => new Approximation(on))
let isPlaying = false
/** Whether the page has drawn the last state; until then a newer one would only wait. */
let isDrawn = true

self.onmessage = async ({ data: message }: MessageEvent<ToApproximationWorker>) => {
  try {
    const approximation = await opening
    if (message.kind === 'drawn') {
      isDrawn = true
      return
    }
    switch (message.kind) {
      case 'curve':
        approximation.learn(message.ys)
        break
      case 'network':
        approximation.build(message)
        break
      case 'step':
        approximation.trainStep()
        break
      case 'pause':
        isPlaying = false
        break
      case 'play':
        if (!isPlaying) {
          isPlaying = true
          runSlice(approximation)
        }
    }
    approximation.postState()
  } catch (error) {
    post({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })
  }
}

function runSlice(approximation: Approximation): void {
  if (!isPlaying) return
  const end = performance.now() + SLICE_MS
  while (performance.now() < end) approximation.trainStep()
  if (isDrawn) {
    isDrawn = false
    approximation.postState()
  }
  setTimeout(() => runSlice(approximation))
}
