import type { AdamSettings, Backend, ConvSettings, FusedKernels, PoolSettings, Slot, View } from '@backprop/core'
import { BATCH, PART } from './limits.ts'

/** How many numbers a batch of commands may hold. */
const WAITING_NUMBERS = 1 << 18

interface Handle {
  readonly id: number
  live: boolean
}

/** What a device is called, and the optional kernels that it has. */
export interface DeviceFacts {
  readonly name: string
  readonly fused: readonly string[]
}

/** A backend whose numbers are in another process, except for reading them. */
export interface CommandBackend {
  readonly on: Omit<Backend, 'read' | 'readSync'>
  /** Sends the commands that wait for others. */
  readonly flush: () => void
  /** The id under which the other process knows a slot. */
  readonly idOf: (slot: Slot) => number
}

/**
 * Turns the calls of a backend into commands for the process that has the device. A slot is an id. Commands are batched
 * until the batch is full or is flushed, and then given to `run`.
 */
export function commandBackend({ name, fused }: DeviceFacts, run: (commands: unknown[]) => void): CommandBackend {
  let waiting: unknown[] = []
  let numbers = 0
  let lastId = 0
  const dropped = new FinalizationRegistry<number>(id => send(['free', id]))

  function send(command: unknown[], size = 0): void {
    waiting.push(command)
    numbers += size
    if (waiting.length >= BATCH || numbers > WAITING_NUMBERS) flush()
  }

  function flush(): void {
    if (waiting.length === 0) return
    const batch = waiting
    waiting = []
    numbers = 0
    run(batch)
  }

  function handle(): Slot {
    const made: Handle = { id: ++lastId, live: true }
    dropped.register(made, made.id, made)
    return made as unknown as Slot
  }
  // Only its backend knows what a slot is.
  const opened = (slot: Slot) => slot as unknown as Handle
  const idOf = (slot: Slot) => opened(slot).id
  const view = ({ slot, shape, strides, offset }: View) => [idOf(slot), [...shape], [...strides], offset]
  const conv = ({ stride, padding }: ConvSettings) => [stride, padding]
  const pool = ({ kernel, stride }: PoolSettings) => [kernel, stride]

  function compute(kernel: string, ...args: unknown[]): Slot {
    const slot = handle()
    const indices = args.find(arg => arg instanceof Int32Array)
    // A copy: the command is sent later, and its input may change in the meantime.
    const kept = args.map(arg => (arg instanceof Int32Array ? arg.slice() : arg))
    send([kernel, idOf(slot), ...kept], indices?.length)
    return slot
  }

  function forget(slot: Slot): number {
    opened(slot).live = false
    dropped.unregister(slot)
    return idOf(slot)
  }

  const all: FusedKernels = {
    linear: (x, w, bias) => compute('linear', view(x), view(w), view(bias)),
    conv2d: (x, w, bias, settings) => compute('conv2d', view(x), view(w), view(bias), ...conv(settings)),
    conv2dInputGradient: (dy, w, shape, settings) =>
      compute('conv2dInputGradient', view(dy), view(w), [...shape], ...conv(settings)),
    conv2dKernelGradient: (x, dy, shape, settings) =>
      compute('conv2dKernelGradient', view(x), view(dy), [...shape], ...conv(settings)),
    maxPool2d: (x, settings) => compute('maxPool2d', view(x), ...pool(settings)),
    maxPool2dGradient: (x, dy, settings) => compute('maxPool2dGradient', view(x), view(dy), ...pool(settings)),
    avgPool2d: (x, settings) => compute('avgPool2d', view(x), ...pool(settings)),
    avgPool2dGradient: (dy, shape, settings) => compute('avgPool2dGradient', view(dy), [...shape], ...pool(settings)),
    gelu: x => compute('gelu', view(x)),
    geluGradient: (x, dy) => compute('geluGradient', view(x), view(dy)),
    channelMoments: x => compute('channelMoments', view(x)),
    batchNorm: (x, moments, scale, shift, epsilon) =>
      compute('batchNorm', ...[x, moments, scale, shift].map(view), epsilon),
    batchNormSums: (x, dy, moments, epsilon) => compute('batchNormSums', ...[x, dy, moments].map(view), epsilon),
    batchNormInputGradient: (x, dy, moments, scale, sums, epsilon) =>
      compute('batchNormInputGradient', ...[x, dy, moments, scale, sums].map(view), epsilon),
    rowMoments: (x, epsilon) => compute('rowMoments', view(x), epsilon),
    layerNorm: (x, moments, scale, shift) => compute('layerNorm', ...[x, moments, scale, shift].map(view)),
    layerNormSums: (x, dy, moments) => compute('layerNormSums', ...[x, dy, moments].map(view)),
    layerNormInputGradient: (x, dy, moments, scale) =>
      compute('layerNormInputGradient', ...[x, dy, moments, scale].map(view)),
    softmax: x => compute('softmax', view(x)),
    logSoftmax: x => compute('logSoftmax', view(x)),
    crossEntropy: (logits, labels) => compute('crossEntropy', view(logits), labels),
    crossEntropyGradient: (logits, labels) => compute('crossEntropyGradient', view(logits), labels),
    adam: (value, gradient, m, v, settings) => adam([value, m, v], gradient, settings),
  }

  function adam(state: readonly View[], gradient: View, settings: AdamSettings): readonly [Slot, Slot, Slot] {
    const next: [Slot, Slot, Slot] = [handle(), handle(), handle()]
    const { learningRate, beta1, beta2, epsilon, step } = settings
    const size = gradient.shape.reduce((product, n) => product * n, 1)
    const row = [idOf(gradient.slot), [size], [1], gradient.offset]
    const olds = state.map(({ slot }) => forget(slot))
    send(['adam', ...next.map(idOf), ...olds, row, learningRate, beta1, beta2, epsilon, step])
    return next
  }

  function upload(values: ArrayLike<number>): Slot {
    const numbersOf = (from: number) =>
      Float32Array.from({ length: Math.min(PART, values.length - from) }, (_, i) => values[from + i])
    const all32 = values instanceof Float32Array ? values : null
    const part = (from: number) => (all32 ? all32.slice(from, from + PART) : numbersOf(from))
    const slot = handle()
    send(['write', idOf(slot), part(0), values.length], Math.min(PART, values.length))
    for (let from = PART; from < values.length; from += PART) send(['more', part(from)], PART)
    return slot
  }

  const on: CommandBackend['on'] = {
    name,
    dtype: 'float32',
    write: upload,
    free(slot) {
      if (opened(slot).live) send(['free', forget(slot)])
    },
    unary: (kernel, x) => compute('unary', kernel, view(x)),
    binary: (kernel, a, b) => compute('binary', kernel, view(a), view(b)),
    reduce: (kernel, x, axis) => compute('reduce', kernel, view(x), axis),
    matmul: (a, b) => compute('matmul', view(a), view(b)),
    concat: (parts, axis) => compute('concat', parts.map(view), axis),
    gather: (x, indices) => compute('gather', view(x), indices),
    scatterAdd: (dy, indices, R) => compute('scatterAdd', view(dy), R, indices),
    fused: Object.fromEntries(Object.entries(all).filter(([kernel]) => fused.includes(kernel))),
  }
  return { on, flush, idOf }
}
