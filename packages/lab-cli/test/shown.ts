import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, expect } from 'vitest'
import type { Context } from '../src/command.ts'
import { show as command } from '../src/commands/lab-show.ts'

/** The folder in which `show` runs. */
export const folder = mkdtempSync(join(tmpdir(), 'bilder ü '))
afterAll(() => rmSync(folder, { recursive: true }))

/** What `pnpm lab show` prints to a file: no colours, 80 columns. */
export async function show(name: string, index: string, options: { test?: true; out?: string } = {}): Promise<string> {
  let said = ''
  const stdout = { write: (text: string) => ((said += text), true) }
  // The command asks a stream only for what a pipe has too.
  const context = { cwd: folder, stdout, stderr: process.stderr, env: {} } as unknown as Context
  const flags = [...(options.test ? ['--test'] : []), ...(options.out === undefined ? [] : ['--out', options.out])]
  expect(await command.start([name, index, ...flags], context)).toBe(0)
  return said
}

/** The pixels of a file at one place of eight by eight. */
export function pixelsOf(file: string) {
  const { width, height, channels, data } = decode(readFileSync(file))
  const at = (x: number, y: number) =>
    Array.from({ length: channels }, (_, channel) => data[((8 * y + 3) * width + 8 * x + 5) * channels + channel])
  return { size: [width, height], at }
}
