import { CLOCKS, type Contender, type Learner, type Runner, type Timed } from './contender.ts'
import type { Batch, Digits, Matrices, Start } from './work.ts'

/** Work in this process, in two halves: copy the input to the device, then compute. Only the second is timed. */
export interface Stepper<Input, Staged> {
  stage(input: Input): Staged | Promise<Staged>
  /** Ends by reading the number that it returns. */
  step(staged: Staged): number | Promise<number>
  /** Releases what `stage` made. */
  discard?(staged: Staged): void
}

/** A model in this process, and how to train it. */
export interface Trainer<Staged> extends Stepper<Batch, Staged> {
  /** The most likely class of each example. */
  classify(x: Float32Array): ArrayLike<number> | Promise<ArrayLike<number>>
  /** Keeps all images on the device, and returns a function that picks a batch there; without it, `stage` copies each batch. */
  hold?(images: Float32Array): (picked: Uint32Array, labels: Batch['labels']) => Staged
}

interface Library<Product, Staged> {
  readonly name: string
  /** Called before each turn: several libraries share this process, and some share their engine. */
  ready?(): Promise<void>
  multiply(size: number): Promise<Stepper<Matrices, Product>>
  train(start: Start): Promise<Trainer<Staged>>
}

/** A contender that is a JavaScript library. */
export function inProcess<Product, Staged>(library: Library<Product, Staged>): Contender {
  const ready = () => library.ready?.() ?? Promise.resolve()
  return {
    name: library.name,
    async multiply(size) {
      await ready()
      return runner(await library.multiply(size), ready)
    },
    async train(start) {
      await ready()
      return runner(await library.train(start), ready)
    },
    async learn(start, digits) {
      await ready()
      return learner(await library.train(start), start.batch, digits, ready)
    },
  }
}

const scaledBefore = new WeakMap<Uint8Array, Float32Array>()

/** Pixels from 0 to 1; computed once, because they never change. */
function scaled(images: Uint8Array): Float32Array {
  const before = scaledBefore.get(images)
  if (before) return before
  const values = new Float32Array(images)
  for (let i = 0; i < values.length; i++) values[i] /= 255
  scaledBefore.set(images, values)
  return values
}

function runner<Input, Staged>(stepper: Stepper<Input, Staged>, ready: () => Promise<void>): Runner<Input> {
  return {
    async run(inputs, clock = 'elapsed') {
      const now = CLOCKS[clock]
      await ready()
      const timed: Timed[] = []
      for (const input of inputs) {
        const staged = await stepper.stage(input)
        const start = now()
        const result = await stepper.step(staged)
        timed.push({ seconds: now() - start, result })
        stepper.discard?.(staged)
      }
      return timed
    },
  }
}

const PIXELS = 784

/** How many test images are classified at once. */
const BATCH_OF_TESTS = 1000

/** The time includes picking the images of each batch, which is part of a training run. */
function learner<Staged>(
  trainer: Trainer<Staged>,
  batch: number,
  { train, test }: Digits,
  ready: () => Promise<void>,
): Learner {
  const images = scaled(train.images)
  const testImages = scaled(test.images)
  const pick = trainer.hold?.(images) ?? pickHere(images, trainer)
  return {
    async epoch(order, clock = 'elapsed') {
      const now = CLOCKS[clock]
      await ready()
      const start = now()
      let total = 0
      for (let first = 0; first < order.length; first += batch) {
        const picked = order.subarray(first, first + batch)
        const labels = Uint8Array.from(picked, i => train.labels[i])
        const staged = await pick(picked, labels)
        total += (await trainer.step(staged)) * picked.length
        trainer.discard?.(staged)
      }
      return { seconds: now() - start, result: total / order.length }
    },
    async test(clock = 'elapsed') {
      const now = CLOCKS[clock]
      await ready()
      const start = now()
      let right = 0
      for (let first = 0; first < test.labels.length; first += BATCH_OF_TESTS) {
        const labels = test.labels.subarray(first, first + BATCH_OF_TESTS)
        const x = testImages.subarray(first * PIXELS, (first + labels.length) * PIXELS)
        const classes = await trainer.classify(x)
        for (const [i, label] of labels.entries()) if (classes[i] === label) right++
      }
      return { seconds: now() - start, result: right / test.labels.length }
    },
  }
}

const pickHere =
  <Staged>(images: Float32Array, trainer: Trainer<Staged>) =>
  (picked: Uint32Array, labels: Batch['labels']) => {
    const x = new Float32Array(picked.length * PIXELS)
    for (const [row, i] of picked.entries()) x.set(images.subarray(i * PIXELS, (i + 1) * PIXELS), row * PIXELS)
    return trainer.stage({ x, labels })
  }
