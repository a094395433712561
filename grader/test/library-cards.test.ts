import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as core from '@backprop/core'
import type { Lab } from '@backprop/course'
import * as nn from '@backprop/nn'
import { expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'

/** The lines of a lab's README that show how its packages are used run as they stand, with what the lab may import. */

const PACKAGES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '@backprop/core': core,
  '@backprop/nn': nn,
}

/** What code of the lab may import from the packages, by name. */
function importable({ manifest }: Lab): Record<string, unknown> {
  const all = Object.entries(manifest.mayImport).flatMap(([name, exports]) => {
    const known = PACKAGES[name] ?? {}
    return (exports === '*' ? Object.keys(known) : exports).map(each => [each, known[each]])
  })
  return Object.fromEntries(all) as Record<string, unknown>
}

/** The indented block that begins after a text of the README. */
async function blockAfter({ dir }: Lab, text: string): Promise<string> {
  const readme = await readFile(join(dir, 'README.md'), 'utf8')
  const [, block = ''] = new RegExp(`${text}[^]*?\\n\\n((?: {4}.*\\n)+)`).exec(readme) ?? []
  return block
}

/** Runs lines in an async function in which these names are known. Returns how many lines there are. */
async function run(code: string, known: Record<string, unknown>): Promise<number> {
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (...args: unknown[]) => Promise<void>
  await new AsyncFunction(...Object.keys(known), `'use strict'\n${code}`)(...Object.values(known))
  return code.split('\n').filter(Boolean).length
}

test.each(['05', '06'])('the library in ten lines, lab %s', async name => {
  const [lab] = await findLabs(name)
  const code = await blockAfter(lab, '## The library in ten lines')
  const lines = await run(code, { ...importable(lab), on: core.plain(), rng: core.rng(1) })
  expect(lines).toBeGreaterThanOrEqual(10)
})

test('what the network of lab 07 can do', async () => {
  const [lab] = await findLabs('07')
  const given = (await import(/* @vite-ignore */ join(lab.dir, 'src/network.ts'))) as Record<string, unknown>
  const images = new Uint8Array(4 * 784).map((_, i) => i % 256)
  const known = { ...given, on: core.plain(), rng: core.rng(1), images, labels: Uint8Array.of(3, 1, 4, 1) }
  expect(await run(await blockAfter(lab, 'does the work of an epoch:'), known)).toBeGreaterThanOrEqual(8)
})

test('one step of the deep network of lab 09', async () => {
  const [lab] = await findLabs('09')
  const files = ['src/network.ts', 'src/deep.ts'].map(file => join(lab.dir, file))
  const given = await Promise.all(
    files.map(file => import(/* @vite-ignore */ file) as Promise<Record<string, unknown>>),
  )
  const images = new Uint8Array(8 * 784).map((_, i) => i % 256)
  const labels = Uint8Array.of(3, 1, 4, 1, 5, 9, 2, 6)
  const known = { ...importable(lab), ...given[0], ...given[1], on: core.plain(), rng: core.rng(1), images, labels }
  expect(await run(await blockAfter(lab, 'a single deep layer:'), known)).toBeGreaterThanOrEqual(10)
})
