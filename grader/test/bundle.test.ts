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
const bundled = (code: string, others: Record<string, string> = {}) =>
  bundle(new Map(Object.entries({ 'src/a.ts': code, ...others })), LAB)
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

  test('joins files of the same lab', async () => {
    const modules = await bundled("export { b } from './b.ts'", { 'src/b.ts': 'export const b = 42' })
    expect(modules.get('a.mjs')).toContain('42')
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

  test('makes what it quotes printable', async () => {
    expect(await problem("import '\\u001b[31m::error::x'")).not.toContain('\u001b')
  })
})
