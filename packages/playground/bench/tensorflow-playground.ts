import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const run = promisify(execFile)

/** What its package.json asks for, in the last versions that fit. */
const LIBRARIES = ['d3@3.5.17', 'seedrandom@2.4.4', 'material-design-lite@1.3.0']

export const SOURCE = 'https://github.com/tensorflow/playground'

/**
 * The sources of TensorFlow Playground (Apache License 2.0) with its libraries, in `folder`: cloned from `source` and
 * installed there at the first time. Throws if there is no network.
 */
export async function tensorflowPlayground(folder: string, source: string): Promise<string> {
  const clone = join(folder, 'tensorflow-playground')
  if (!existsSync(join(clone, 'src', 'nn.ts'))) {
    await mkdir(folder, { recursive: true })
    await run('git', ['clone', '--quiet', '--depth', '1', source, clone])
  }
  if (!existsSync(join(clone, 'node_modules', 'd3'))) {
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    await writeFile(join(clone, 'package.json'), '{ "private": true }')
    await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['install', ...flags, ...LIBRARIES], { cwd: clone })
  }
  return clone
}

/** Its page as files to serve, path → content: as its own build makes it, but for web fonts and the counting of visits. */
export async function tensorflowPage(clone: string): Promise<Map<string, string>> {
  const read = (path: string) => readFile(join(clone, path), 'utf8')
  const libraries = ['material-design-lite/material.min.js', 'seedrandom/seedrandom.min.js']
  const lib = (await Promise.all(libraries.map(path => read(join('node_modules', path))))).join('\n')
  const css = (await read(join('node_modules', 'material-design-lite/material.min.css'))) + (await read('styles.css'))
  const { outputFiles } = await build({
    entryPoints: [join(clone, 'src', 'playground.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    define: { ga: 'noVisits' },
    banner: { js: 'var noVisits = function () {};' },
  })
  const html = (await read('index.html'))
    .replace(/<link href="https:[^>]*>/g, '')
    .replace('<script src="analytics.js"></script>', '')
  return new Map([
    ['/', html],
    ['/bundle.js', outputFiles[0].text],
    ['/bundle.css', css],
    ['/lib.js', lib],
  ])
}
