import type { Pointer } from '../exports.ts'
import type { Module } from '../module.ts'
import { roundUp } from '../round-up.ts'
import { BOARD_BYTES, MOST_LISTS } from './board.ts'
import { listsFor, together } from './crew.ts'
import type { Crew } from './crew.ts'
import { startHelper } from './helpers.ts'
import type { Helper, WebWorker } from './helpers.ts'

/** A crew that grows and shrinks. It begins with one thread, the one that made it. */
export interface Team extends Crew {
  /** Where the memory begins that the team leaves free. */
  readonly freeFrom: Pointer
  /** Starts threads until there are `total`, and uses them all; fails where one does not start. */
  hire(total: number): Promise<void>
  /** Uses no more than `size` of them. */
  use(size: number): void
  /** Ends those that are not used. */
  dismiss(): void
}

/** Each may take two lists of a board. */
export const MOST_THREADS = MOST_LISTS / 2

/** 36 vectors; see assembly/winograd.ts. */
const TILE_BYTES = 36 * 16

/** A team that nobody can reach any more ends its threads. */
const dropped = new FinalizationRegistry<readonly Helper[]>(helpers => helpers.forEach(helper => helper.end()))

/** `make` makes a worker of the program in dist/worker.js, where a page may not run a text. */
export function createTeam({ memory, kernels, code, worker }: Module, make?: () => WebWorker): Team {
  const boardAt = roundUp(kernels.freeFrom(), 64)
  const tilesAt = boardAt + BOARD_BYTES
  const board = new Int32Array(memory.buffer, boardAt, BOARD_BYTES / 4)
  const helpers: Helper[] = []
  let size = 1

  async function startOne(index: number): Promise<void> {
    const tileAt = tilesAt + index * TILE_BYTES
    helpers.push(await startHelper(worker, { module: code, memory, boardAt, tileAt }, make))
  }

  const team: Team = {
    freeFrom: tilesAt + MOST_THREADS * TILE_BYTES,
    get size() {
      return size
    },
    lists: multiplications => listsFor(size, multiplications),
    run: together(board, kernels, () => size),
    async hire(total) {
      const wanted = Array.from({ length: total - 1 - helpers.length }, (_, i) => helpers.length + i)
      const started = await Promise.allSettled(wanted.map(startOne))
      const failed = started.find(one => one.status === 'rejected')
      if (failed) throw failed.reason
      size = total
    },
    use: wanted => void (size = wanted),
    dismiss() {
      for (const helper of helpers.splice(size - 1)) helper.end()
    },
  }
  dropped.register(team, helpers)
  return team
}
