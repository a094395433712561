import { join } from 'node:path'
import { watch } from 'chokidar'
import type { Lab } from '@backprop/course'

/** An editor may write a file in several steps. */
const SETTLE_MS = 40

/** Calls `onSave` after a file of the lab has changed, and `onTrouble` when files cannot be watched here. */
export function watchLab(
  lab: Lab,
  onSave: () => void,
  onTrouble: (why: string) => void,
): { close: () => Promise<void> } {
  let timer: NodeJS.Timeout | undefined
  const watcher = watch([join(lab.dir, 'src'), join(lab.dir, 'test')], { ignoreInitial: true })
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
