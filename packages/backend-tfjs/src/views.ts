import { isContiguous, sizeOf, stridesOf, type View } from '@backprop/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Device } from './device.ts'
import { along, isInOrder, type Laid } from './layout.ts'

/** `x` with its axes in another order: axis i of the result is axis `order[i]` of `x`. */
export function permuted({ slot, shape, strides, offset }: View, order: readonly number[]): View {
  return { slot, shape: order.map(axis => shape[axis]), strides: order.map(axis => strides[axis]), offset }
}

/** TensorFlow.js has no strided views; these functions turn them into dense tensors. All run in a scope. */
export interface Views {
  /** The numbers of a view that is not empty, as a dense tensor of its shape. */
  readonly dense: (x: View) => TensorInfo
  /** The same, but a repeated axis has size 1, because kernels that broadcast need no copies. */
  readonly compact: (x: View) => TensorInfo
  /** The numbers of a view in any shape that their kernel left them in, or null if they are not all of their slot, in order. */
  readonly whole: (x: View) => TensorInfo | null
  /** All numbers of a slot that a kernel left in another order, if the view is all of it. */
  readonly turned: (x: View) => Laid | null
  /**
   * Views of one shape with the axes of the first of them whose numbers a kernel left in another order: then computing
   * number by number moves none. Null if there is none, or another view does not have these axes.
   */
  readonly aligned: (...xs: View[]) => { readonly views: readonly View[]; readonly layout: Laid } | null
  /** A dense tensor with axes of size 1 repeated up to `shape`. */
  readonly repeat: (x: TensorInfo, shape: readonly number[]) => TensorInfo
}

interface Axis {
  readonly size: number
  readonly stride: number
}

export function createViews(device: Device): Views {
  const { run, upload, reshape, transpose, tensorIn, laidIn, lengthOf } = device

  function compact(x: View): TensorInfo {
    const shape = x.shape.map((size, i) => (x.strides[i] === 0 ? 1 : size))
    const length = lengthOf(x.slot)
    const left = isWhole(x) ? null : laidIn(x.slot)
    const order = left && permutationOf(left, x)
    if (order) return transpose(left, order)
    const all = tensorIn(x.slot)
    const axes = merged(shape.map((size, i) => ({ size, stride: x.strides[i] })).filter(({ size }) => size > 1))
    const box = boxOf(axes, x.offset, length)
    return reshape(box ? cut(all, axes, box) : picked(reshape(all, [length]), axes, x.offset), shape)
  }

  /** A part of a box with its axes in another order: a reshape, a slice and a transpose, each only if needed. */
  function cut(all: TensorInfo, axes: readonly Axis[], { dims, begin, order }: Box): TensorInfo {
    const sizes = order.map(i => axes[i].size)
    const size = dims.map((_, i) => sizes[i] ?? 1)
    const isWhole = dims.every((dim, i) => dim === size[i])
    const part = isWhole ? all : run('Slice', { x: reshape(all, dims) }, { begin, size })
    const back = axes.map((_, i) => order.indexOf(i))
    return back.every((at, i) => at === i) ? part : transpose(reshape(part, sizes), back)
  }

  /** Any view, number by number: windows that overlap, parts of boxes that don't tile their slot. */
  function picked(all: TensorInfo, axes: readonly Axis[], offset: number): TensorInfo {
    const indices = placesOf(axes, offset)
    return run('GatherV2', { x: all, indices: upload(indices, [indices.length]) }, { axis: 0, batchDims: 0 })
  }

  function repeat(x: TensorInfo, shape: readonly number[]): TensorInfo {
    if (x.shape.every((size, i) => size === shape[i])) return x
    // Neighbouring axes that are all repeated, or all not, count as one: on WebGPU the kernel takes at most four.
    const groups: { from: number; times: number }[] = []
    let last: boolean | undefined
    for (const [i, size] of shape.entries()) {
      if (size === 1) continue
      const isRepeated = x.shape[i] === 1
      if (isRepeated !== last) groups.push({ from: 1, times: 1 })
      const group = groups[groups.length - 1]
      if (isRepeated) group.times *= size
      else group.from *= size
      last = isRepeated
    }
    if (groups.length > 4) {
      const steps = stridesOf(x.shape)
      const axes = shape.map((size, i) => ({ size, stride: x.shape[i] === 1 ? 0 : steps[i] }))
      return reshape(picked(reshape(x, [sizeOf(x.shape)]), axes, 0), shape)
    }
    const source = reshape(x, groups.map(({ from }) => from)) // prettier-ignore
    return reshape(run('Tile', { x: source }, { reps: groups.map(({ times }) => times) }), shape)
  }

  const isWhole = (x: View) => x.offset === 0 && sizeOf(x.shape) === lengthOf(x.slot) && isContiguous(x)
  const whole = (x: View) => (isWhole(x) ? tensorIn(x.slot) : null)
  const turned = (x: View) => (isWhole(x) && !isInOrder(laidIn(x.slot)) ? laidIn(x.slot) : null)

  function aligned(...xs: View[]) {
    const layout = xs.map(turned).find(one => one !== null)
    if (!layout) return null
    const views = xs.map(x => along(x, layout)).filter(x => x !== null)
    return views.length === xs.length ? { views, layout } : null
  }

  return { dense: x => repeat(compact(x), x.shape), compact, whole, turned, aligned, repeat }
}

/** The order of axes that turns a tensor into the view, if all that the view does is to reorder them. */
function permutationOf({ shape, slotStrides }: Laid, x: View): number[] | null {
  if (x.offset !== 0 || shape.length !== x.shape.length) return null
  const free = new Set(shape.keys())
  const order = x.shape.map((size, i) => {
    const axis =
      [...free].find(from => shape[from] === size && (size === 1 || slotStrides[from] === x.strides[i])) ?? -1
    free.delete(axis)
    return axis
  })
  return order.includes(-1) ? null : order
}

/** A slot seen as a dense box `dims` in which the view begins at `begin`; `order` sorts the view's axes, outermost first. */
interface Box {
  readonly dims: number[]
  readonly begin: number[]
  readonly order: number[]
}

function boxOf(axes: readonly Axis[], offset: number, length: number): Box | null {
  const order = [...axes.keys()].sort((a, b) => axes[b].stride - axes[a].stride)
  const strides = order.map(i => axes[i].stride)
  if (strides.length === 0 || strides[strides.length - 1] > 1) strides.push(1)
  const dims = strides.map((stride, i) => (i === 0 ? length : strides[i - 1]) / stride)
  let rest = offset
  const begin = strides.map(stride => {
    const at = Math.floor(rest / stride)
    rest -= at * stride
    return at
  })
  const fits = dims.every((dim, i) => Number.isInteger(dim) && begin[i] + (axes[order[i]]?.size ?? 1) <= dim)
  return fits && dims.length <= 5 ? { dims, begin, order } : null
}

/** Neighbours that one stride walks through become one axis. */
function merged(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = []
  for (const axis of axes) {
    const outer = result.at(-1)
    if (outer && outer.stride === axis.size * axis.stride)
      result[result.length - 1] = { size: outer.size * axis.size, stride: axis.stride }
    else result.push(axis)
  }
  return result
}

/** The index in its slot of each number of a view, in row-major order. */
function placesOf(axes: readonly Axis[], offset: number): Int32Array {
  const shape = axes.map(({ size }) => size)
  const places = new Int32Array(sizeOf(shape)).fill(offset)
  const steps = stridesOf(shape)
  for (const [axis, { size, stride }] of axes.entries())
    for (let i = 0; i < places.length; i++) places[i] += (Math.floor(i / steps[axis]) % size) * stride
  return places
}
