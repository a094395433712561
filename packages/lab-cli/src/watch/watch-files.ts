import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { watch } from 'chokidar'

/** An editor may write a file in several steps. */
const SETTLE_MS = 40

/** What to watch in a lab, and what to call. */
export interface Watching {
  /** Folders or files in the lab's folder. */
  readonly paths: readonly string[]
  readonly onSave: () => void
  /** Files can't be watched here. */
  readonly onError: (why: string) => void
}

/**
 * Calls `onSave` after a file of the lab has changed, and `onError` if files can't be watched. It watches all folders from
 * the root of the course down, so that it notices when a deleted folder comes back.
 */
export function watchLab(
  root: string,
  { dir }: Lab,
  { paths, onSave, onError }: Watching,
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
  watcher.on('error', error => onError(error instanceof Error ? error.message : String(error)))
  return {
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** The folder itself, or something in it; chokidar uses slashes on every system. */
const isInside = (path: string, folder: string): boolean => `${plain(path)}/`.startsWith(`${plain(folder)}/`)
const plain = (path: string): string => path.replaceAll('\\', '/')
