import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sealedName } from '@backprop/course/submission'
import { parse } from 'acorn'
import { afterAll, describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { buildSealed } from '../src/sandbox/sealed.ts'

/** A submission can import every file that lies in its sandbox, whatever it is called: what they export, it has. */

const folder = mkdtempSync(join(tmpdir(), 'sealed-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The names that a module exports; it is not run, as the runner would begin to serve. */
function exportsOf(file: string): string[] {
  const { body } = parse(readFileSync(file, 'utf8'), { ecmaVersion: 'latest', sourceType: 'module' })
  return body.flatMap(node => {
    if (node.type === 'ExportAllDeclaration') throw new Error(`${file} exports all of another`)
    if (node.type === 'ExportDefaultDeclaration') return ['default']
    if (node.type !== 'ExportNamedDeclaration') return []
    if (node.declaration) throw new Error(`${file} exports a declaration`)
    return node.specifiers.map(({ exported }) => (exported.type === 'Identifier' ? exported.name : ''))
  })
}

const labs = await findLabs('all')

describe.each(labs)('what $manifest.id puts beside a submission', ({ manifest }) => {
  test.each([
    ['where packages may be imported', manifest.mayImport],
    ['where none may', {}],
  ] as const)('%s exports what may be imported, and nothing else', async (_, mayImport) => {
    const box = mkdtempSync(join(folder, 'box-'))
    await buildSealed({ mayImport }, box)
    const expected = new Map<string, string[]>([['guard.mjs', []]])
    const all: string[] = []
    for (const [specifier, names] of Object.entries({ ...mayImport, '@backprop/testkit/todo': '*' as const })) {
      const list = names === '*' ? Object.keys((await import(specifier)) as object) : [...names]
      expected.set(sealedName(specifier), list.sort())
      all.push(...list)
    }
    for (const file of readdirSync(box).sort()) {
      const found = exportsOf(join(box, file)).map(name => name.replace(/^_backprop_[a-z_]+\$/, ''))
      expect(found.sort(), file).toEqual(file === 'runner.mjs' ? all.sort() : expected.get(file))
    }
  })
})
