// Compiles the kernels twice, with and without relaxed SIMD, and writes both as text into one JavaScript file: whatever
// loads modules loads them, be it Node, a bundle, a browser or a sandbox that sees no other files. Beside them lies the
// program of a thread, as text and as a file. For shared memory the same kernels are used; see src/module.ts.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The compiled module in base64. */
async function kernels(features) {
  let binary
  const flags = '-O3 --noAssert --runtime stub --importMemory --initialMemory 1 --maximumMemory 32768'.split(' ')
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...flags, '--enable', features],
    { writeFile: (_name, contents) => void (binary = contents) },
  )
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  return Buffer.from(binary).toString('base64')
}

/** The program of a thread in one piece, which runs as a script and as a module. */
async function program() {
  const entryPoints = [`${folder}src/threads/worker.ts`]
  const settings = { bundle: true, write: false, format: 'iife', target: 'es2023', minifyWhitespace: true }
  return (await build({ entryPoints, ...settings })).outputFiles[0].text
}

const texts = { plain: await kernels('simd'), relaxed: await kernels('simd,relaxed-simd'), worker: await program() }
mkdirSync(`${folder}dist`, { recursive: true })
const lines = write => Object.entries(texts).map(write).join('')
writeFileSync(
  `${folder}dist/kernels.js`,
  lines(([name, text]) => `export const ${name} = ${JSON.stringify(text)}\n`),
)
writeFileSync(
  `${folder}dist/kernels.d.ts`,
  lines(([name]) => `export const ${name}: string\n`),
)
writeFileSync(`${folder}dist/worker.js`, texts.worker)
