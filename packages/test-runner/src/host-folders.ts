import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Folders where a host's programs keep their data, and the environment variables that point there. */
export interface HostFolders {
  readonly env: Readonly<Record<string, string>>
  remove(): void
}

/**
 * Gives a host its own home, temporary folder and data folders. Vitest and its libraries keep files in the user's home: if
 * that can't be written, belongs to another user or hangs, no test would run, and it would look like slow code.
 * @param base where to make them; the system's temporary folder by default
 */
export function hostFolders(base: string = tmpdir()): HostFolders {
  const home = mkdtempSync(join(base, 'backprop-host-'))
  const folder = (name: string) => {
    mkdirSync(join(home, name))
    return join(home, name)
  }
  const [temporary, data] = [folder('tmp'), folder('data')]
  const env = {
    HOME: home,
    USERPROFILE: home,
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    XDG_DATA_HOME: data,
    XDG_CACHE_HOME: folder('cache'),
    // Each run has a new thread, which compiles Vitest again, unless it finds what an earlier one has compiled.
    NODE_COMPILE_CACHE: folder('compiled'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_STATE_HOME: folder('state'),
    APPDATA: data,
    LOCALAPPDATA: data,
    ...deviceFolders(),
  }
  return { env, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** A GPU driver may be registered only in the user's home, and CUDA takes minutes to recompile what its cache holds. */
function deviceFolders(): Record<string, string> {
  const { XDG_DATA_HOME, XDG_DATA_DIRS, CUDA_CACHE_PATH } = process.env
  const home = userHome()
  if (home === null) return {}
  return {
    XDG_DATA_DIRS: [
      XDG_DATA_HOME || join(home, '.local/share'),
      XDG_DATA_DIRS || ['/usr/local/share', '/usr/share'].join(delimiter),
    ].join(delimiter),
    CUDA_CACHE_PATH: CUDA_CACHE_PATH || join(home, '.nv/ComputeCache'),
  }
}

/** Null for a user without a home, such as a container that runs as a bare user id. */
function userHome(): string | null {
  try {
    return homedir()
  } catch {
    return null
  }
}
