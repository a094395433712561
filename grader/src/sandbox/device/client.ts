import type { Backend, Slot } from '@backprop/core'
import { FUSED, type Plan, REQUIRED } from './kernels.ts'
import { BATCH, type DeviceLimits, PART } from './limits.ts'
import { type CheckedView, CommandReader, type Owned, refuse } from './reader.ts'

/** A child asked for more of the device than it may have. */
export class DeviceQuota extends Error {
  override readonly name = 'DeviceQuota'
}

/** Multiply-adds after which others get a turn: a fifth of a second on one core. */
const TURN_WORK = 2 ** 33

/** Work that a child had done. */
export interface Usage {
  commands: number
  /** Multiply-adds, approximately. */
  work: number
  reads: number
}

/**
 * One child's share of a device: its numbers by ids that mean nothing to any other child, and its commands,
 * each of which is checked before anything is computed. Throws `ProtocolError` on what no well-behaved child sends,
 * `DeviceQuota` on too much of what is allowed, and what the device throws when that fails.
 */
export class DeviceClient {
  readonly usage: Usage = { commands: 0, work: 0, reads: 0 }
  readonly #on: Backend
  readonly #limits: DeviceLimits
  readonly #owned = new Map<number, Owned>()
  #bytes = 0
  #lastId = 0
  #queued = 0
  #sinceTurn = 0
  #isStopped = false
  /** An upload that comes in several parts. */
  #arriving: { readonly id: number; readonly values: Float32Array; filled: number } | null = null

  constructor(on: Backend, limits: DeviceLimits) {
    this.#on = on
    this.#limits = limits
  }

  /** Runs the commands of one message in order. Yields to other children when they take long. */
  async run(commands: readonly unknown[]): Promise<void> {
    if (commands.length > BATCH) refuse('too many commands in a message')
    for (const command of commands) {
      if (this.#isStopped) return
      this.#one(command)
      if (this.#sinceTurn > TURN_WORK) await this.#pause()
      if (this.#queued > this.#limits.queuedWork) await this.#settle()
    }
  }

  /** The numbers of a slot. */
  async read(id: unknown): Promise<Float32Array> {
    const { slot } = this.#slot(id)
    this.usage.reads++
    const values = Float32Array.from(await this.#on.read(slot))
    this.#queued = 0
    return values
  }

  /** Stops computing, even commands that have already been sent. */
  stop(): void {
    this.#isStopped = true
  }

  /** Gives everything back. */
  close(): void {
    for (const { slot } of this.#owned.values()) this.#on.free(slot)
    this.#owned.clear()
    this.#bytes = 0
    this.#arriving = null
  }

  get bytes(): number {
    return this.#bytes
  }

  #one(command: unknown): void {
    if (!Array.isArray(command)) return refuse('an invalid command')
    if (++this.usage.commands > this.#limits.commands) throw new DeviceQuota('too many commands for the device')
    const [name, ...args] = command as unknown[]
    const read = new CommandReader(args, this.#owned)
    if (this.#arriving && name !== 'more') refuse('a command between two parts')
    if (name === 'free') for (const id of args) this.#free(id)
    else if (name === 'write') this.#write(read)
    else if (name === 'more') this.#more(read)
    else if (name === 'adam') this.#adam(read)
    else this.#kernel(name, read)
  }

  #kernel(name: unknown, read: CommandReader): void {
    const id = this.#newId(read.next())
    const key = typeof name === 'string' ? name : ''
    const plan = Object.hasOwn(REQUIRED, key)
      ? REQUIRED[key](read, this.#on)
      : Object.hasOwn(FUSED, key)
        ? FUSED[key as keyof typeof FUSED](read, this.#on.fused ?? {})
        : refuse('an unknown kernel')
    read.end()
    this.#allow(plan)
    this.#keep(id, inMemory(plan.run), plan.length)
  }

  /** The only part, or the first of several. */
  #write(read: CommandReader): void {
    const id = this.#newId(read.next())
    const part = floats(read.next())
    const length = read.whole(0, 2 ** 30)
    read.end()
    if (part.length > length || (part.length < length && part.length !== PART)) refuse('a part of the wrong length')
    this.#allow({ length, work: length })
    if (part.length === length)
      return this.#keep(
        id,
        inMemory(() => this.#on.write(part)),
        length,
      )
    const values = new Float32Array(length)
    values.set(part)
    this.#arriving = { id, values, filled: part.length }
  }

  #more(read: CommandReader): void {
    const part = floats(read.next())
    read.end()
    const arriving = this.#arriving ?? refuse('a part without an upload')
    const left = arriving.values.length - arriving.filled
    if (part.length !== Math.min(left, PART)) refuse('a part of the wrong length')
    arriving.values.set(part, arriving.filled)
    arriving.filled += part.length
    if (arriving.filled < arriving.values.length) return
    this.#arriving = null
    const { id, values } = arriving
    this.#keep(
      id,
      inMemory(() => this.#on.write(values)),
      values.length,
    )
  }

  /** Consumes three slots and makes three: the device may update them in place. */
  #adam(read: CommandReader): void {
    const adam = this.#on.fused?.adam ?? refuse('a kernel that this device does not have')
    const ids = [read.next(), read.next(), read.next()].map(id => this.#newId(id))
    const olds = [read.next(), read.next(), read.next()]
    const [value, m, v] = olds.map(id => this.#whole(id))
    const gradient = read.dense(1)
    const size = value.length
    const [learningRate, beta1, beta2, epsilon] = [read.number(), read.number(), read.number(), read.number()]
    const step = read.whole(1, 2 ** 31)
    read.end()
    const slots = [value, m, v, gradient].map(({ slot }) => slot)
    if (new Set(slots).size < 4) refuse('the same numbers twice')
    if (m.length !== size || v.length !== size || gradient.shape[0] !== size) refuse('shapes that do not fit')
    this.#allow({ length: 0, work: 12 * size })
    const made = adam(value, gradient, m, v, { learningRate, beta1, beta2, epsilon, step })
    for (const id of olds) this.#forget(id as number)
    for (const [i, id] of ids.entries()) this.#keep(id, made[i], size)
  }

  #whole(id: unknown): CheckedView {
    const { slot, length } = this.#slot(id)
    return { slot, length, shape: [length], strides: [1], offset: 0 }
  }

  #slot(id: unknown): Owned {
    return this.#owned.get(id as number) ?? refuse('an unknown id')
  }

  /** Ids only grow, so none is ever reused. */
  #newId(id: unknown): number {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= this.#lastId) return refuse('an invalid id')
    this.#lastId = id
    return id
  }

  #allow({ length, work, scratch = 0 }: Omit<Plan, 'run'>): void {
    const { bytes, slots, commandWork } = this.#limits
    if (work > commandWork) throw new DeviceQuota('a command that would keep the device busy for too long')
    if (this.#owned.size >= slots) throw new DeviceQuota('too many pieces of memory on the device')
    if (this.#bytes + 4 * (length + scratch) > bytes)
      throw new DeviceQuota(`more than ${Math.floor(bytes / 2 ** 20)} MB of memory on the device`)
    this.usage.work += work
    this.#queued += work
    this.#sinceTurn += work
  }

  #keep(id: number, slot: Slot, length: number): void {
    this.#owned.set(id, { slot, length })
    this.#bytes += 4 * length
  }

  #free(id: unknown): void {
    const { slot } = this.#slot(id)
    this.#forget(id as number)
    this.#on.free(slot)
  }

  #forget(id: number): void {
    this.#bytes -= 4 * (this.#owned.get(id)?.length ?? 0)
    this.#owned.delete(id)
  }

  /** A synchronous device blocks everything else on this side, so timers and other children get a turn. */
  async #pause(): Promise<void> {
    await new Promise(setImmediate)
    this.#sinceTurn = 0
  }

  /** Waits until the device has finished what is queued. */
  async #settle(): Promise<void> {
    const mark = this.#on.write([0])
    await this.#on.read(mark)
    this.#on.free(mark)
    this.#queued = 0
  }
}

function floats(part: unknown): Float32Array {
  return part instanceof Float32Array && part.length <= PART ? part : refuse('invalid numbers')
}

/** A device may have less memory than its limits promise; the child that asks for the last of it gets an error. */
function inMemory(make: () => Slot): Slot {
  try {
    return make()
  } catch (error) {
    if (error instanceof Error && /out of memory|no room|allocation failed|array length/i.test(error.message))
      throw new DeviceQuota('more memory than the device has')
    throw error
  }
}
