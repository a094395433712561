import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const SCRIPT = join(import.meta.dirname, 'libtensorflow.sh')
const CACHE = join(import.meta.dirname, '../.cache/libtensorflow')

/** A folder whose `node_modules` has tfjs-node with a real library, or why there is none. */
export type Libtensorflow = { readonly folder: string } | { readonly missing: string }

/**
 * Builds tfjs-node with a real libtensorflow: a download of 200 MB, a minute, and 1 GB in this package's cache. It is
 * kept for as long as what it is built from is the same.
 */
export async function libtensorflow(): Promise<Libtensorflow> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: 'it is built for Linux on x64' }
  const headers = join(dirname(process.execPath), '../include/node')
  if (!existsSync(join(headers, 'node_api.h'))) return { missing: `the headers of Node are not in ${headers}` }
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string }
  const inputs = [await readFile(SCRIPT, 'utf8'), version, process.versions.napi]
  const folder = join(CACHE, createHash('sha256').update(inputs.join('\n')).digest('hex').slice(0, 16))
  if (existsSync(folder)) return { folder }
  await mkdir(CACHE, { recursive: true })
  const making = await mkdtemp(join(CACHE, 'making-'))
  try {
    await promisify(execFile)(SCRIPT, [version, headers, making])
    // Another test may have been faster.
    await rename(making, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
    return { folder }
  } catch (error) {
    const { code, stderr } = error as { readonly code?: unknown; readonly stderr?: string }
    if (code === 3) return { missing: stderr?.trim().split('\n').at(-1) ?? 'the packages cannot be had' }
    throw error
  } finally {
    await rm(making, { recursive: true, force: true })
  }
}
