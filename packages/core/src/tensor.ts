import type { Backend, FloatArray, Slot, View } from './backend.ts'
import { announce, type Scoped } from './scope.ts'
import { explain, type Shape, shapeText, sizeOf, stridesOf } from './shape.ts'

/** Where a tensor came from: what `backward` needs to know. */
export interface Origin {
  readonly inputs: readonly Tensor[]
  readonly opName: string
  /** Tensors that nothing else holds, such as plain numbers given to the op: released with the graph. */
  readonly owned: Scoped[]
  /** One more than the largest depth of the inputs, so a result always lies deeper than what it was made from. */
  readonly depth: number
  /** Given dL/dy, how to compute dL/dx for each input. */
  gradients(dy: Tensor): readonly Gradient[]
}

/** Computes a gradient when it is asked for; `null` where nothing flows. */
export type Gradient = (() => Tensor) | null

/** Numbers on a backend, with a shape. Its values never change; a tensor is also a contiguous `View` of its slot. */
export class Tensor implements View {
  readonly on: Backend
  readonly shape: Shape
  readonly requiresGrad: boolean
  /** dL/d(this) after `backward(L)`, for leaves that require a gradient. */
  grad: Tensor | null = null
  /** `null` for a leaf, `'used'` once `backward` went through it. */
  origin: Origin | 'used' | null
  readonly offset = 0
  #slot: Slot | null
  #released = ''

  constructor(on: Backend, slot: Slot, shape: Shape, made: { requiresGrad?: boolean; origin?: Origin } = {}) {
    this.on = on
    this.shape = shape
    this.requiresGrad = made.requiresGrad ?? false
    this.origin = made.origin ?? null
    this.#slot = slot
    announce(this)
  }

  get strides(): readonly number[] {
    return stridesOf(this.shape)
  }

  /** The buffer of the values; throws once they were released. */
  get slot(): Slot {
    if (this.#slot !== null) return this.#slot
    const hint = 'read what you need before that, or compute it again'
    throw new Error(explain('Tensor', `the values of shape ${shapeText(this.shape)} are gone: ${this.#released}`, hint))
  }

  /** All values in row-major order, as a copy. */
  async data(): Promise<FloatArray> {
    return this.on.read(this.slot)
  }

  /** The value of a tensor of exactly one number; throws if it holds more or fewer. */
  async item(): Promise<number> {
    if (sizeOf(this.shape) !== 1) {
      const fact = `shape ${shapeText(this.shape)} holds ${sizeOf(this.shape)} numbers, expected exactly 1`
      throw new Error(explain('item', fact, 'data() reads all of them'))
    }
    return (await this.data())[0]
  }

  /** The same as `data()` without waiting; throws if the backend has to wait. */
  dataSync(): FloatArray {
    if (this.on.readSync) return this.on.readSync(this.slot)
    throw new Error(explain('dataSync', `the backend ${this.on.name} cannot read without waiting`, 'use await data()'))
  }

  /** A copy outside the graph. */
  detach({ requiresGrad = false }: { readonly requiresGrad?: boolean } = {}): Tensor {
    return new Tensor(this.on, this.on.unary('copy', this), this.shape, { requiresGrad })
  }

  /** Frees the memory now. `backward` and `noGrad` do this for you; a loop over millions of steps may do it itself. */
  release(reason = 'release() was called'): void {
    if (this.#slot !== null) this.on.free(this.giveAway(reason))
  }

  /** A new leaf that requires a gradient and takes over the values without a copy; they are gone from this tensor. */
  toLeaf(): Tensor {
    return new Tensor(this.on, this.giveAway(), this.shape, { requiresGrad: true })
  }

  /** Hands the slot over to the caller, who owns it from then on. */
  giveAway(reason = 'another tensor took them over'): Slot {
    const slot = this.slot
    this.#slot = null
    this.#released = reason
    return slot
  }
}

/** The result of a kernel as a tensor, if the backend has that kernel. */
export const madeBy = (on: Backend, slot: Slot | undefined, shape: Shape): Tensor | undefined =>
  slot && new Tensor(on, slot, shape)

/** A contiguous copy of what a view shows. */
export const copyOf = (on: Backend, x: View): Tensor => new Tensor(on, on.unary('copy', x), x.shape)
