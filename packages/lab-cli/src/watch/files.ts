import { join } from 'node:path'
import { watch } from 'chokidar'
import type { Lab } from '@backprop/course'

/** An editor may write a file in several steps. */
const SETTLE_MS = 40

/** What is watched of a lab, and who hears of it. */
export interface Watching {
  /** Folders or files in the lab's folder. */
  readonly paths: readonly string[]
  readonly onSave: () => void
  /** Files cannot be watched here. */
  readonly onTrouble: (why: string) => void
}

/**
 * Calls `onSave` after a file of the lab has changed, and `onTrouble` when that cannot be seen. Watched is the way
 * from the root of the course down to them, so that they are seen again after their folder was deleted and made anew.
 */
export function watchLab(
  root: string,
  { dir }: Lab,
  { paths, onSave, onTrouble }: Watching,
): { close: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  const folders = paths.map(name => join(dir, name))
  const isOnTheWay = (path: string) =>
    folders.some(folder => isInside(path, folder) || (isInside(path, root) && isInside(folder, path)))
  const watcher = watch(root, { ignoreInitial: true, ignored: path => path !== root && !isOnTheWay(path) })
  watcher.on('all', (_, path) => {
    if (!path.endsWith('.ts')) return
    clearTimeout(timer)
    timer = setTimeout(onSave, SETTLE_MS)
  })
  watcher.on('error', error => onTrouble(error instanceof Error ? error.message : String(error)))
  return {
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** The folder itself, or something in it; chokidar writes paths with slashes on every system. */
const isInside = (path: string, folder: string): boolean => `${plain(path)}/`.startsWith(`${plain(folder)}/`)
const plain = (path: string): string => path.replaceAll('\\', '/')
