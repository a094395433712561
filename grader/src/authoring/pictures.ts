import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Lab } from '@backprop/course'
import { solutionDir } from '../course.ts'
import { GraderFault } from '../errors.ts'

/** The pictures of a lab, by file name: what its main.ts draws with the functions of the reference solution. */
export async function drawPictures(lab: Lab, signal: AbortSignal): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'backprop-pictures-'))
  try {
    const isOurs = (path: string) => !/[\\/](node_modules|hidden|[.]cache)$/.test(path)
    await cp(lab.dir, folder, { recursive: true, filter: isOurs })
    await symlink(join(lab.dir, 'node_modules'), join(folder, 'node_modules'), 'junction')
    for (const file of lab.manifest.edit) await cp(join(solutionDir(lab), file), join(folder, file))
    const drawn = join(folder, 'drawn')
    await mkdir(drawn)
    await runMain(lab, folder, drawn, signal)
    return await picturesIn(drawn)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The SVG files of a folder by name; empty if there is no such folder. */
export async function picturesIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.svg')).sort()
  return new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

async function runMain(lab: Lab, cwd: string, drawn: string, signal: AbortSignal): Promise<void> {
  const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))
  const env = { ...process.env, BACKPROP_PICTURES: drawn, NO_COLOR: '1' }
  const child = spawn(process.execPath, [tsx, 'main.ts'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], signal })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-4000)))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  signal.throwIfAborted()
  if (code !== 0) throw new GraderFault(`main.ts of ${lab.manifest.id} ended with exit code ${code}:\n${output}`)
}
