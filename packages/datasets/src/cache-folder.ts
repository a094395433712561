import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names the folder for what can be made again, in place of the user's: a process whose home is not the user's is told so. */
export const CACHE_VARIABLE = 'BACKPROP_CACHE'

/** Where this user's programs keep what can be made again; a folder of ours in it, whether it exists or not. */
export const cacheFolder = (name: string): string => join(cacheRoot(), name)

/** The folder of all our caches. */
export function cacheRoot(): string {
  const { [CACHE_VARIABLE]: given, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  if (given) return given
  const home = userHome()
  const base =
    process.platform === 'win32'
      ? (LOCALAPPDATA ?? join(home, 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library', 'Caches')
        : XDG_CACHE_HOME || join(home, '.cache')
  return join(base, 'backprop-labs')
}

/** A user without a home, as in a container with a number for a user, keeps nothing for long. */
function userHome(): string {
  try {
    return homedir()
  } catch {
    return tmpdir()
  }
}
