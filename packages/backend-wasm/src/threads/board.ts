// The board: a piece of shared memory where the first thread writes lists of kernel calls, and from which all threads,
// the first one too, take one list after the other. Who never wakes up never takes one, so nobody waits for him.

/** Calls of these kernels may stand on the board: their arguments are whole numbers, and they keep nothing between calls. */
export const KERNELS = [
  'directGemm',
  'packedGemm',
  'layOut',
  'convolve',
  'packPlaces',
  'addKernelGradient',
  'foldSums',
  'winogradInput',
  'winogradMultiply',
  'winogradOutput',
  'winogradGradient',
] as const

// Places on the board, in words of 32 bits. What changes while threads work lies on cache lines of its own.

/** Which job it is (18 bits), how many lists it has (7 bits), and which one is the next to take (7 bits). */
const NEXT = 0
/** Lists that are done. */
const DONE = 16
/** Set when a kernel threw. */
const FAILED = 17
/** How many threads sleep until NEXT changes. */
const ASLEEP = 32
/** Set while the first thread sleeps until DONE changes. */
const WAITING = 33
/** The first call of each list, and behind them the end of the last. */
const STARTS = 48
/** The calls: the number of the kernel in KERNELS, and its arguments. */
const CALLS = 128
const CALL = 16

export const MOST_LISTS = 64
export const MOST_CALLS = 1024
export const BOARD_BYTES = (CALLS + MOST_CALLS * CALL) * 4

export type Board = Int32Array
/** A kernel of the module; it ignores arguments that it does not have. */
export type Kernel = (...args: number[]) => void

const COUNT_SHIFT = 7
const JOB_SHIFT = 14
const LIST_MASK = 127

/** So long, in milliseconds, a thread looks for work, or waits for the others, before it sleeps. */
const PATIENCE = 0.2

/** `call`: something, for example the name of the kernel, and the arguments. */
export function writeCall(
  board: Board,
  index: number,
  kernel: number,
  call: readonly [unknown, ...args: number[]],
): void {
  const at = CALLS + index * CALL
  board[at] = kernel
  for (let i = 1; i < call.length; i++) board[at + i] = call[i] as number
}

export function writeStart(board: Board, list: number, call: number): void {
  board[STARTS + list] = call
}

/** Makes the lists that were written free to take. All lists before must be done. */
export function publish(board: Board, lists: number): void {
  Atomics.store(board, DONE, 0)
  const job = (Atomics.load(board, NEXT) >>> JOB_SHIFT) + 1
  Atomics.store(board, NEXT, (job << JOB_SHIFT) | (lists << COUNT_SHIFT))
  if (Atomics.load(board, ASLEEP) > 0) Atomics.notify(board, NEXT)
}

/** Takes lists and does them until there are none left. */
export function work(board: Board, kernels: readonly Kernel[]): void {
  for (;;) {
    const next = Atomics.load(board, NEXT)
    if (!isFree(next)) return
    const list = next & LIST_MASK
    const [from, to] = [board[STARTS + list], board[STARTS + list + 1]]
    // Whoever is late finds another word here, for the word says which job it is; so `from` and `to` are those of the list.
    if (Atomics.compareExchange(board, NEXT, next, next + 1) !== next) continue
    try {
      for (let call = from; call < to; call++) callKernel(board, kernels, CALLS + call * CALL)
    } catch {
      Atomics.store(board, FAILED, 1)
    }
    Atomics.add(board, DONE, 1)
    if (Atomics.load(board, WAITING) > 0) Atomics.notify(board, DONE)
  }
}

function callKernel(b: Board, kernels: readonly Kernel[], at: number): void {
  kernels[b[at]](
    b[at + 1],
    b[at + 2],
    b[at + 3],
    b[at + 4],
    b[at + 5],
    b[at + 6],
    b[at + 7],
    b[at + 8],
    b[at + 9],
    b[at + 10],
    b[at + 11],
    b[at + 12],
    b[at + 13],
    b[at + 14],
    b[at + 15],
  )
}

/** Returns when there is work, perhaps after a sleep. */
export function idle(board: Board): void {
  const seen = Atomics.load(board, NEXT)
  if (isFree(seen) || spin(() => Atomics.load(board, NEXT) !== seen)) return
  Atomics.add(board, ASLEEP, 1)
  Atomics.wait(board, NEXT, seen)
  Atomics.sub(board, ASLEEP, 1)
}

/** Returns when all lists are done; throws when a kernel did. `maySleep`: a page's own thread may not. */
export function finish(board: Board, lists: number, maySleep: boolean): void {
  const isDone = () => Atomics.load(board, DONE) === lists
  while (!spin(isDone)) {
    if (!maySleep) continue
    const done = Atomics.load(board, DONE)
    Atomics.store(board, WAITING, 1)
    if (done < lists) Atomics.wait(board, DONE, done)
    Atomics.store(board, WAITING, 0)
  }
  if (Atomics.exchange(board, FAILED, 0) !== 0) throw new Error('wasm: a kernel failed on one of the threads')
}

/** Whether this thread may sleep; the one that shows a page may not. */
export function canSleep(board: Board): boolean {
  try {
    Atomics.wait(board, ASLEEP, -1)
    return true
  } catch {
    return false
  }
}

const isFree = (next: number): boolean => (next & LIST_MASK) < ((next >>> COUNT_SHIFT) & LIST_MASK)

/** Tells the processor that this is a loop that waits; newer than the types that we compile with. */
const pause = (Atomics as { pause?: () => void }).pause ?? (() => undefined)

/** Whether `happens` becomes true before the patience is over. */
function spin(happens: () => boolean): boolean {
  const until = performance.now() + PATIENCE
  do {
    for (let i = 0; i < 32; i++) {
      if (happens()) return true
      pause()
    }
  } while (performance.now() < until)
  return false
}
