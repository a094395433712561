import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** The environment variable that names another cache folder, for a process whose home is not the user's. */
export const CACHE_VARIABLE = 'BACKPROP_CACHE'

/** The path of one of our cache folders, which may not exist yet. */
export const cacheFolder = (name: string): string => join(cacheRoot(), name)

/** The folder of all our caches, within the system's folder for what can be made again. */
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

/** A user without a home, such as a bare user id in a container, gets the temporary folder. */
function userHome(): string {
  try {
    return homedir()
  } catch {
    return tmpdir()
  }
}
