import type { Slot } from '@backprop/core'
import { MAX_PAGES, type Memory, type Pointer } from './module.ts'

/** A piece of the linear memory, and its holder's handle: this is what a `Slot` of this backend is. */
export interface Block {
  readonly pointer: Pointer
  /** How many bytes it has room for: a size class. */
  readonly room: number
  /** How many float32 numbers its current holder asked for. */
  length: number
  live: boolean
}

export interface HeapStats {
  readonly liveSlots: number
  /** Bytes of the slots in use, rounded up to their size classes. */
  readonly liveBytes: number
  /** Bytes of linear memory; it never shrinks. */
  readonly reservedBytes: number
}

export interface Heap {
  allocate(length: number): Block
  free(block: Block): void
  /** The memory as float32 numbers and as integers; ask again after each `allocate`, which may move it. */
  f32(): Float32Array
  i32(): Int32Array
  stats(): HeapStats
}

const PAGE_BYTES = 65536
/** A block begins at a cache line. */
const LINE_BYTES = 64
/** Kernels read whole vectors past the last number. */
const SLACK_BYTES = 32

/**
 * A free list for each size class, four classes to a doubling. A freed block keeps its handle, and the next holder gets
 * both: a training loop makes no objects and leaves nothing to the garbage collector. When a handle is dropped without
 * being freed, the collector reports it, and the block goes back to its list with a new handle.
 */
export function createHeap(memory: Memory, start: Pointer, maxBytes = MAX_PAGES * PAGE_BYTES): Heap {
  const lists = new Map<number, Block[]>()
  const limit = Math.min(maxBytes, MAX_PAGES * PAGE_BYTES)
  let top = Math.ceil(start / LINE_BYTES) * LINE_BYTES
  let liveSlots = 0
  let liveBytes = 0
  let f32 = new Float32Array(memory.buffer)
  let i32 = new Int32Array(memory.buffer)
  const dropped = new FinalizationRegistry<Omit<Block, 'length' | 'live'>>(({ pointer, room }) => {
    // Freed handles are in a list, so a dropped one was in use.
    liveSlots--
    liveBytes -= room
    listOf(room).push(handle(pointer, room))
  })

  function handle(pointer: Pointer, room: number): Block {
    const block: Block = { pointer, room, length: 0, live: false }
    dropped.register(block, { pointer, room })
    return block
  }

  function listOf(room: number): Block[] {
    const list = lists.get(room)
    if (list) return list
    const made: Block[] = []
    lists.set(room, made)
    return made
  }

  function refresh(): void {
    f32 = new Float32Array(memory.buffer)
    i32 = new Int32Array(memory.buffer)
  }

  /** A block from the end of what was used so far; `null` if that would pass the limit. */
  function cut(room: number): Block | null {
    const end = top + room
    if (end > limit) return null
    const have = memory.buffer.byteLength
    if (end > have) {
      // A quarter more than needed, so that growing is rare.
      const pages = Math.min(Math.ceil((end + (end >> 2)) / PAGE_BYTES), MAX_PAGES)
      if (!grow(pages - have / PAGE_BYTES) && !grow(Math.ceil((end - have) / PAGE_BYTES))) return null
      refresh()
    }
    const block = handle(top, room)
    top = end
    return block
  }

  function grow(pages: number): boolean {
    try {
      memory.grow(pages)
      return true
    } catch {
      return false
    }
  }

  /** The smallest free block of a larger class: wasteful, but better than failing. */
  function borrow(room: number): Block | null {
    const larger = [...lists].filter(([other, list]) => other > room && list.length > 0)
    if (larger.length === 0) return null
    const [, list] = larger.reduce((best, one) => (one[0] < best[0] ? one : best))
    return list.pop() ?? null
  }

  return {
    allocate(length) {
      // One block at address NaN, and every later one would be there too, over the job queue and the kernels' own data.
      if (!(length >= 0))
        throw new Error(`wasm: a kernel asked for ${length} numbers, which is a bug; please report it`)
      const room = sizeClass(length * 4 + SLACK_BYTES)
      const block = lists.get(room)?.pop() ?? cut(room) ?? borrow(room)
      if (!block) throw outOfMemory(length, liveBytes, limit)
      block.length = length
      block.live = true
      liveSlots++
      liveBytes += block.room
      return block
    },
    free(block) {
      if (!block.live) return
      block.live = false
      liveSlots--
      liveBytes -= block.room
      listOf(block.room).push(block)
    },
    f32: () => f32,
    i32: () => i32,
    stats: () => ({ liveSlots, liveBytes, reservedBytes: memory.buffer.byteLength }),
  }
}

/** Rounds up to 1, 1¼, 1½ or 1¾ times a power of two, and to whole cache lines. */
export function sizeClass(bytes: number): number {
  const quarter = 1 << (29 - Math.clz32(bytes)) // bytes is less than 2³², and more than 8
  return Math.ceil((Math.ceil(bytes / quarter) * quarter) / LINE_BYTES) * LINE_BYTES
}

function outOfMemory(length: number, liveBytes: number, maxBytes: number): Error {
  const mega = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
  const fact = `there is no room for ${length} more numbers: ${mega(liveBytes)} of ${mega(maxBytes)} are in use`
  const hint =
    'evaluate inside noGrad, in batches; call release() on what a long loop makes, ' +
    'and await something from time to time, because only then can the garbage collector free dropped tensors'
  return new Error(`wasm: ${fact}.\n  Hint: ${hint}.`)
}

// Only these two functions know what a slot is.
export const blockOf = (slot: Slot): Block => slot as unknown as Block
export const slotOf = (block: Block): Slot => block as unknown as Slot
