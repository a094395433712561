import type { LabManifest } from '@backprop/course'
import { describe, expect, test } from 'vitest'
import { bundle } from '../src/intake/bundle.ts'

const LAB: LabManifest = {
  id: '01-lab',
  title: 'Lab',
  edit: ['src/a.ts'],
  mayImport: { '@backprop/core': '*', '@backprop/nn': ['Adam'] },
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 1, memoryMB: 64 },
  exercises: [],
}
const bundled = (code: string, given: Record<string, string> = {}) =>
  bundle(new Map([['src/a.ts', code]]), LAB, new Map(Object.entries(given)))
const problem = (code: string) =>
  bundled(code).then(
    () => 'bundled',
    (error: Error) => error.message,
  )

describe('bundle', () => {
  test('strips the types and points packages at the sealed copies', async () => {
    const code = (
      await bundled("import { add } from '@backprop/core'\nexport const two = (x: number): number => add(x, 1)")
    ).get('a.mjs')
    expect(code).toContain('from "../sealed/backprop-core.mjs"')
    expect(code).not.toContain(': number')
  })

  test('joins edited files and those that the course gives', async () => {
    const lab = { ...LAB, edit: ['src/a.ts', 'src/b.ts'] }
    const edited = new Map([
      ['src/a.ts', "export { b } from './b.ts'\nexport { c } from './parts/c.ts'"],
      ['src/b.ts', 'export const b = 42'],
    ])
    const given = new Map([['src/parts/c.ts', "import { d } from '../d.ts'\nexport const c = d"]])
    const modules = await bundle(edited, lab, new Map([...given, ['src/d.ts', 'export const d = 43']]))
    expect([...modules.keys()].filter(name => !name.startsWith('chunk'))).toEqual(['a.mjs', 'b.mjs'])
    expect([...modules.values()].join('\n')).toMatch(/42[^]*43|43[^]*42/)
  })

  test('an edited file wins over a given one of the same name, and nothing else can', async () => {
    const modules = await bundled('export const mine = 1', { 'src/a.ts': 'export const theirs = 2' })
    expect(modules.get('a.mjs')).toContain('mine')
    expect(modules.get('a.mjs')).not.toContain('theirs')
  })

  test('takes what the language offers', async () => {
    const code = `\uFEFF#!/usr/bin/env node
export class A<T extends object = {}> { static #n = 0; accessor x = 1; declare y: T; @(_ => {}) z() { return A.#n } }
export const t = <const T,>(x: T) => x satisfies T
export function* g() { using r = { [Symbol.dispose]() {} }; yield \`${'${r}'} ŷ\` }
export const { length = 0n } = /(?<y>.)\\k<y>/v.exec('') ?? {}
export const self = import('./a.ts')`
    expect((await bundled(code.replace('\uFEFF', ''))).get('a.mjs')).toContain('ŷ')
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
      const modules = await bundled(`const x = 'bundle'\nexport const a = ${code}`).catch(String)
      expect(typeof modules === 'string' ? modules : [...modules.values()].join()).not.toContain(
        'never looks at the disk',
      )
    }
  })

  test('gives up on code that would keep it busy for ever', { timeout: 60_000 }, async () => {
    expect(await problem(`export const z = ${'a=>'.repeat(6000)}1`)).toContain('cannot be compiled within reason')
  })

  test('refuses code that becomes too large', async () => {
    const text = `enum E { a = '${'x'.repeat(1000)}' }\nexport const z = [${'E.a,'.repeat(4500)}]`
    expect(await problem(text)).toMatch(/becomes \d+ characters when it is compiled; at most 4194304 are taken/)
  })

  test('makes what it quotes printable', async () => {
    expect(await problem("import '\\u001b[31m::error::x'")).not.toContain('\u001b')
  })
})
