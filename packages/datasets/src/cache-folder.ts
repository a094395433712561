import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this user's programs keep what can be made again; a folder of ours in it, whether it exists or not. */
export function cacheFolder(name: string): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const home = homedir()
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : XDG_CACHE_HOME || join(home, '.cache')
  return join(base, 'backprop-labs', name)
}
