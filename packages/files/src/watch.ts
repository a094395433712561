import { watch } from 'chokidar'

/**
 * An editor may write a file in several steps. Longer than the 50 ms in which chokidar swallows further changes of a file
 * after one that it has reported: a step that it swallows is then read with the one before.
 */
const SETTLE_MS = 60

/** What to call. */
export interface Watching {
  /** Gets the paths of the files that changed, appeared or disappeared. */
  readonly onSave: (paths: ReadonlySet<string>) => void
  /** Files can't be watched here. */
  readonly onError: (why: string) => void
}

export interface Watcher {
  close: () => Promise<void>
}

/**
 * Calls `onSave` after TypeScript files in these places (folders or files) have changed, and `onError` if files can't be
 * watched. It watches all folders from `root` down, so that it notices when a deleted folder comes back.
 */
export function watchSaves(root: string, places: readonly string[], { onSave, onError }: Watching): Watcher {
  let timer: NodeJS.Timeout | undefined
  let changed = new Set<string>()
  const report = () => {
    const paths = changed
    changed = new Set()
    onSave(paths)
  }
  const isOnTheWay = (path: string) =>
    places.some(place => isInside(path, place) || (isInside(path, root) && isInside(place, path)))
  const watcher = watch(root, { ignoreInitial: true, ignored: path => path !== root && !isOnTheWay(path) })
  watcher.on('all', (_, path) => {
    if (!path.endsWith('.ts')) return
    changed.add(path)
    clearTimeout(timer)
    timer = setTimeout(report, SETTLE_MS)
  })
  watcher.on('error', error => onError(error instanceof Error ? error.message : String(error)))
  return {
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
    },
  }
}

/** The path itself, or something in it; chokidar uses slashes on every system. */
const isInside = (path: string, folder: string): boolean => `${plain(path)}/`.startsWith(`${plain(folder)}/`)
const plain = (path: string): string => path.replaceAll('\\', '/')
