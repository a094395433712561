// Compiles the kernels twice, with and without relaxed SIMD, and writes both as text into one JavaScript module, so that
// they load wherever modules load: in Node, a bundle, a browser, or a sandbox that sees no other files. The program of a
// worker thread lies beside them, as text and as a file. The same kernels serve shared memory; see src/module.ts.
//
// A third pass asks the compiler for its bindings and turns them into what the host has to know, so that no name, order
// or number is typed twice: the functions, the fields of their blocks (assembly/blocks.ts), and the enums.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { build } from 'esbuild'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Compiles with these flags; file name → contents. */
async function compile(...flags) {
  const files = new Map()
  const common = '--noAssert --runtime stub --importMemory --initialMemory 1 --maximumMemory 32768'.split(' ')
  const { error, stderr } = await asc.main(
    ['assembly/index.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...common, ...flags],
    { writeFile: (name, contents) => void files.set(name, contents) },
  )
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  return files
}

const base64 = async features =>
  Buffer.from((await compile('-O3', '--enable', features)).get('kernels.wasm')).toString('base64')

/** The program of a worker in one piece, which runs as a script and as a module. */
async function program() {
  const entryPoints = [`${folder}src/pool/worker.ts`]
  const settings = { bundle: true, write: false, format: 'iife', target: 'es2023', minifyWhitespace: true }
  return (await build({ entryPoints, ...settings })).outputFiles[0].text
}

/** A call in the queue has 16 words, and the first is the number of the kernel. */
const MAX_FIELDS = 15

/** The compiler's declarations, read: function → signature and block, block → fields, enum → members. */
function readBindings(text) {
  const [functions, blocks, enums] = [{}, {}, {}]
  const block = /\/\*\* assembly\/blocks\/(\w+) \*\/\ndeclare interface [^{]*\{\n([^}]*)\}/g
  for (const [, name, body] of text.matchAll(block)) {
    const fields = [...body.matchAll(/@type `(\w+)` \*\/\n\s+(\w+):/g)]
    const odd = fields.find(([, type]) => !['i32', 'usize', 'f32'].includes(type))
    if (odd) throw new Error(`assembly/blocks.ts: ${name}.${odd[2]} is ${odd[1]}; a field must be i32, usize or f32`)
    if (fields.length > MAX_FIELDS) throw new Error(`assembly/blocks.ts: ${name} has more than ${MAX_FIELDS} fields`)
    blocks[name] = fields.map(([, type, field]) => ({ field, memory: type === 'f32' ? 'f32' : 'i32' }))
  }
  const call = /(?:`assembly\/blocks\/(\w+)`\n {3}\*\/\n)? {2}export function (\w+)\((.*)\): (\w+);\n/g
  for (const [, taken, name, parameters, result] of text.matchAll(call)) {
    if (parameters.includes('__Record') !== taken in blocks) throw new Error(`no block was found for ${name}`)
    functions[name] = { block: taken, signature: `(${taken ? 'block: number' : parameters}) => ${result}` }
  }
  for (const [, name, body] of text.matchAll(/ {2}export enum (\w+) \{\n([^}]*)\}/g))
    enums[name] = Object.fromEntries([...body.matchAll(/\*\/\n\s+(\w+),/g)].map(([, member], i) => [member, i]))
  return { functions, blocks, enums }
}

/** The same as the text of dist/kernels.js and of its types. */
function describe({ functions, blocks, enums }) {
  const record = entries => `{\n${entries.map(([name, type]) => `  readonly ${name}: ${type}\n`).join('')}}\n`
  const all = Object.entries(functions)
  const takers = all.filter(([, { block }]) => block).map(([name, { block }]) => [name, block])
  const writers = takers.map(([name, block]) => {
    const words = blocks[block].map(({ field, memory }, i) => `    ${memory}[at + ${i}] = block.${field}\n`)
    return `  ${name}(i32, f32, at, block) {\n${words.join('')}  },\n`
  })
  const types = [
    `export interface Kernels ${record(all.map(([name, { signature }]) => [name, signature]))}`,
    ...Object.entries(blocks).map(
      ([name, fields]) => `export interface ${name} ${record(fields.map(({ field }) => [field, 'number']))}`,
    ),
    `export interface Blocks ${record(takers)}`,
    'export const write: {\n  readonly [K in keyof Blocks]: (i32: Int32Array, f32: Float32Array, at: number, block: Blocks[K]) => void\n}\n',
    ...Object.entries(enums).map(([name, members]) => `export const ${name}: ${record(Object.entries(members))}`),
  ]
  const code = [`export const write = {\n${writers.join('')}}\n`, ...Object.entries(enums).map(one => constant(...one))]
  return { code, types }
}

const constant = (name, value) => `export const ${name} = ${JSON.stringify(value)}\n`

const bindings = await compile('-O0', '--enable', 'simd', '--bindings', 'raw')
const { code, types } = describe(readBindings(String(bindings.get('kernels.d.ts'))))
const texts = { plain: await base64('simd'), relaxed: await base64('simd,relaxed-simd'), worker: await program() }
mkdirSync(`${folder}dist`, { recursive: true })
writeFileSync(
  `${folder}dist/kernels.js`,
  [...Object.entries(texts).map(([name, text]) => constant(name, text)), ...code].join(''),
)
writeFileSync(
  `${folder}dist/kernels.d.ts`,
  [...Object.keys(texts).map(name => `export const ${name}: string\n`), ...types].join(''),
)
writeFileSync(`${folder}dist/worker.js`, texts.worker)
