import { type ConvSettings, isContiguous, type PoolSettings, sizeOf, type Slot, type View } from '@backprop/core'
import { ProtocolError } from '../wire/wire.ts'

/** Numbers of a child on the device, under the id that the child gave them. */
export interface Owned {
  readonly slot: Slot
  readonly length: number
}

const MOST_NUMBERS = 2 ** 30
/** A repeated axis turns few numbers into many, and some kernels materialize all of them. */
const MOST_IN_VIEW = 2 ** 28
const MOST_AXES = 8

/** A view that is known to lie within its slot. */
export interface CheckedView extends View {
  readonly length: number
}

/**
 * Takes the arguments of a command one by one. They come from a hostile process, and kernels check nothing:
 * anything that doesn't fit exactly is refused here with a `ProtocolError`.
 */
export class CommandReader {
  readonly #args: readonly unknown[]
  readonly #owned: ReadonlyMap<number, Owned>
  #at = 0

  constructor(args: readonly unknown[], owned: ReadonlyMap<number, Owned>) {
    this.#args = args
    this.#owned = owned
  }

  next(): unknown {
    if (this.#at >= this.#args.length) refuse('a command with missing arguments')
    return this.#args[this.#at++]
  }

  end(): void {
    if (this.#at < this.#args.length) refuse('a command with too many arguments')
  }

  whole(least: number, most: number): number {
    return whole(this.next(), least, most)
  }

  number(): number {
    const value = this.next()
    return typeof value === 'number' ? value : refuse('an argument that is not a number')
  }

  oneOf<T extends string>(names: readonly T[]): T {
    const value = this.next()
    return names.find(name => name === value) ?? refuse('an unknown kernel')
  }

  shape(rank?: number): number[] {
    return shapeOf(this.next(), rank)
  }

  view(): CheckedView {
    const parts = listOf(this.next(), 4)
    const owned = this.#owned.get(parts[0] as number) ?? refuse('an unknown id')
    const shape = shapeOf(parts[1])
    const strides = listOf(parts[2], shape.length).map(stride => whole(stride, 0, MOST_NUMBERS))
    const offset = whole(parts[3], 0, MOST_NUMBERS)
    const isEmpty = shape.includes(0)
    if (sizeOf(shape) > MOST_IN_VIEW) refuse('a view with too many numbers')
    const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], offset)
    if (isEmpty ? offset > owned.length : last >= owned.length) refuse('a view that reaches beyond its numbers')
    return { slot: owned.slot, length: owned.length, shape, strides, offset }
  }

  /** For kernels that take only contiguous views: rows of numbers one after another. */
  dense(rank: number): CheckedView {
    const view = this.view()
    if (view.shape.length !== rank) refuse(`a view with ${view.shape.length} axes, expected ${rank}`)
    return isContiguous(view) ? view : refuse('a view that is not contiguous')
  }

  views(most: number): CheckedView[] {
    const list = this.next()
    if (!Array.isArray(list) || list.length === 0 || list.length > most) return refuse('an invalid list of views')
    return list.map(each => new CommandReader([each], this.#owned).view())
  }

  /** Integers from 0 to `below` − 1; `count` of them where given. */
  indices(below: number, count?: number): Int32Array {
    const indices = this.next()
    if (!(indices instanceof Int32Array)) return refuse('indices that are not integers')
    if (count !== undefined && indices.length !== count) refuse('the wrong number of indices')
    if (indices.some(index => index < 0 || index >= below)) refuse('an index out of range')
    return indices
  }

  convSettings(): ConvSettings {
    return { stride: this.whole(1, 4096), padding: this.whole(0, 4096) }
  }

  poolSettings(): PoolSettings {
    return { kernel: this.whole(1, 4096), stride: this.whole(1, 4096) }
  }
}

export function refuse(why: string): never {
  throw new ProtocolError(why)
}

function whole(value: unknown, least: number, most: number): number {
  const isOne = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
  return isOne ? value : refuse('a number that is not an integer, or out of range')
}

function listOf(value: unknown, length: number): unknown[] {
  return Array.isArray(value) && value.length === length ? (value as unknown[]) : refuse('a list of the wrong length')
}

function shapeOf(value: unknown, rank?: number): number[] {
  if (!Array.isArray(value) || value.length > MOST_AXES) return refuse('an invalid shape')
  if (rank !== undefined && value.length !== rank) refuse('a shape with the wrong number of axes')
  const shape = value.map(size => whole(size, 0, MOST_NUMBERS))
  // Axes of size 0 are left out, so that the product of the other axes stays a safe integer too.
  const size = sizeOf(shape.filter(length => length > 0))
  return size <= MOST_NUMBERS ? shape : refuse('a shape with too many numbers')
}
