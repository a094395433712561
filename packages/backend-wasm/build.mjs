// Compiles the kernels twice, with and without relaxed SIMD, and writes both as text into one JavaScript file: whatever
// loads modules loads them, be it Node, a bundle, a browser or a sandbox that sees no other files.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

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

const [plain, relaxed] = [await kernels('simd'), await kernels('simd,relaxed-simd')]
mkdirSync(`${folder}dist`, { recursive: true })
writeFileSync(`${folder}dist/kernels.js`, `export const plain = '${plain}'\nexport const relaxed = '${relaxed}'\n`)
writeFileSync(`${folder}dist/kernels.d.ts`, 'export const plain: string\nexport const relaxed: string\n')
