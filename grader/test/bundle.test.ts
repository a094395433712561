import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundle } from '../src/intake/bundle.ts'
import { filesOf, LAB } from './bundling.ts'

const bundled = async (code: string, given: Record<string, string> = {}) => {
  const { modules, problems } = await bundle(filesOf({ 'src/a.ts': code }), LAB, new Map(Object.entries(given)))
  expect([...problems]).toEqual([])
  return modules.get('a')
}
const problem = async (code: string) =>
  (await bundle(filesOf({ 'src/a.ts': code }), LAB)).problems.get('src/a.ts') ?? 'bundled'

describe('bundle', () => {
  test('leaves its own compiled code for the next compiler, and gives the same', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'backprop-bundle-'))
    try {
      const files = filesOf({ 'src/a.ts': 'export const a: number = 1' })
      const first = await bundle(files, LAB, new Map(), scratch)
      expect(readdirSync(join(scratch, 'compiled'))).toHaveLength(1)
      expect(await bundle(files, LAB, new Map(), scratch)).toEqual(first)
      expect(await bundle(files, LAB)).toEqual(first)
    } finally {
      rmSync(scratch, { recursive: true })
    }
  })

  test('strips the types and points packages at the sealed copies', async () => {
    const code = await bundled(
      "import { add } from '@backprop/core'\nexport const two = (x: number): number => add(x, 1)",
    )
    expect(code).toContain('from "../sealed/backprop-core.mjs"')
    expect(code).not.toContain(': number')
  })

  test('joins edited files and those that the course gives', async () => {
    const edited = filesOf({
      'src/a.ts': "export { b } from './b.ts'\nexport { c } from './parts/c.ts'",
      'src/b.ts': 'export const b = 42',
    })
    const given = new Map([['src/parts/c.ts', "import { d } from '../d.ts'\nexport const c = d"]])
    const { modules } = await bundle(edited, LAB, new Map([...given, ['src/d.ts', 'export const d = 43']]))
    expect([...modules.keys()]).toEqual(['a', 'b'])
    expect(modules.get('a')).toMatch(/42[^]*43|43[^]*42/)
  })

  test('an edited file wins over a given one of the same name, and nothing else can', async () => {
    const code = await bundled('export const mine = 1', { 'src/a.ts': 'export const theirs = 2' })
    expect(code).toContain('mine')
    expect(code).not.toContain('theirs')
  })

  test('takes what the language offers', async () => {
    const code = `\uFEFF#!/usr/bin/env node
export class A<T extends object = {}> { static #n = 0; accessor x = 1; declare y: T; @(_ => {}) z() { return A.#n } }
export const t = <const T,>(x: T) => x satisfies T
export function* g() { using r = { [Symbol.dispose]() {} }; yield \`${'${r}'} ŷ\` }
export const { length = 0n } = /(?<y>.)\\k<y>/v.exec('') ?? {}
export const self = import('./a.ts')`
    expect(await bundled(code.replace('\uFEFF', ''))).toContain('ŷ')
  })

  test('names the line of a syntax error', async () => {
    expect(await problem('export const a = 1\nexport function (')).toMatchInlineSnapshot(
      `"src/a.ts:2:17: Expected identifier but found "(""`,
    )
  })

  test('names the line of an import that is not allowed', async () => {
    expect(await problem("const a = 1\nimport fs from 'node:fs'\nfs.rmSync('/')")).toMatchInlineSnapshot(
      `"src/a.ts:2:16: this lab may not import "node:fs"; it may import @backprop/core, @backprop/nn"`,
    )
  })

  test('names a package’s name that is not allowed', async () => {
    expect(await problem("import { Linear } from '@backprop/nn'\nexport const l = Linear")).toMatchInlineSnapshot(
      `"src/a.ts:1:10: this lab may not import "Linear" from @backprop/nn, or it is not there"`,
    )
  })

  test('refuses a way out of the lab', async () => {
    expect(await problem("export * from '../../solutions/a.ts'")).toContain('is not a file of this lab')
    expect(await problem("export * from '/etc/passwd'")).toContain('this lab may not import "/etc/passwd"')
    expect(await problem("import x from './b.ts' with { type: 'text' }\nexport { x }")).toContain(
      'import attributes are not allowed',
    )
  })

  test.each([
    ['a computed import()', 'const x = "a"; export const a = import(`./${x}.ts`)', 'import() takes the name of a file'],
    [
      'import() with a second argument',
      'const x = "a"; export const a = import(x, {})',
      'src/a.ts:1:33: import() takes',
    ],
    [
      'a computed import() in a dead branch',
      'if (false) import("./" + globalThis.name)',
      'import() takes the name of a file',
    ],
    ['require()', 'export const a = require("./b.ts")', 'require() is not there'],
    ['TypeScript’s import =', 'import a = require("fs"); export { a }', 'require() is not there'],
  ])('refuses %s', async (_, code, why) => {
    expect(await problem(code)).toContain(why)
  })

  test('never looks at the disk for a computed import', async () => {
    // As in test/attacks/compiler.ts, but in all the ways that an import() can be written.
    const name = '../'.repeat(20) + import.meta.filename.slice(1, -'bundle.test.ts'.length)
    for (const code of [
      `import(\`${name}\${x}.test.ts\`, x)`,
      `import(\`${name}\${x}.test.ts\`, {})`,
      `import(("${name}" + x) + ".test.ts")`,
      `require?.(\`${name}\${x}.test.ts\`)`,
      `(0, require)(\`${name}\${x}.test.ts\`)`,
      `require.resolve(\`${name}\${x}.test.ts\`)`,
      `new URL(\`${name}\${x}.test.ts\`, import.meta.url)`,
    ]) {
      const { modules } = await bundle(filesOf({ 'src/a.ts': `const x = 'bundle'\nexport const a = ${code}` }), LAB)
      expect([...modules.values()].join()).not.toContain('never looks at the disk')
    }
  })

  test('what is wrong with one file is no matter to those that do not import it', async () => {
    const files = filesOf({
      'src/good.ts': 'export const good = 1',
      'src/comma.ts': 'export const a = [1 2]',
      'src/uses.ts': "export { a } from './comma.ts'",
      'src/link.ts': "export { b } from './refused.ts'",
    })
    const { modules, problems } = await bundle({ ...files, refused: new Map([['src/refused.ts', 'a link.']]) }, LAB)
    expect([...modules.keys()]).toEqual(['good'])
    expect(Object.fromEntries(problems)).toEqual({
      'src/comma.ts': 'src/comma.ts:1:21: Expected "]" but found "2"',
      'src/uses.ts': 'src/comma.ts:1:21: Expected "]" but found "2"',
      'src/link.ts': 'src/link.ts:1:19: src/refused.ts cannot be taken: a link.',
    })
  })

  test('brackets in texts and comments are no nesting, and real ones are borne', async () => {
    const open = '('.repeat(2000)
    expect(await bundled(`// ${open}\nexport const a = '${open}' + ${'['.repeat(300)}${']'.repeat(300)}`)).toContain(
      open,
    )
    expect(await problem(`export const a = ${'['.repeat(30_000)}${']'.repeat(30_000)}`)).toMatch(
      /nested more deeply than can be read|cannot be compiled within reason/,
    )
  })

  test('a file that may not import packages may not do so through another one', async () => {
    const files = filesOf({
      'src/free.ts': "export { add } from '@backprop/core'",
      'src/bound.ts': "import { add } from '@backprop/core'\nexport const a = add",
      'src/sly.ts': "export { add } from './free.ts'",
    })
    const { modules, problems } = await bundle(files, { ...LAB, importers: ['src/free.ts'] })
    expect([...modules.keys()]).toEqual(['free'])
    expect(Object.fromEntries(problems)).toEqual({
      'src/bound.ts': 'src/bound.ts:1:21: this file may not import "@backprop/core": it builds everything itself',
      'src/sly.ts':
        'src/free.ts:1:21: src/sly.ts, which imports this file, may not use "@backprop/core": it builds everything itself',
    })
  })

  test('refuses code that becomes too large', async () => {
    const text = `enum E { a = '${'x'.repeat(1000)}' }\nexport const z = [${'E.a,'.repeat(4500)}]`
    expect(await problem(text)).toMatch(/becomes \d+ characters when it is compiled; at most 4194304 are taken/)
  })

  test('makes what it quotes printable', async () => {
    expect(await problem("import '\\u001b[31m::error::x'")).not.toContain('\u001b')
  })
})
