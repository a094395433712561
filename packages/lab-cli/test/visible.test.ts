import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { findLabs } from '@backprop/course'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runVisible } from '../src/visible.ts'

/** A student's own copy of lab 01, to be broken in ways of beginners. */

const ROOT = resolve(import.meta.dirname, '../../..')
let root: string
const file = () => join(root, 'labs/01-perceptron/src/perceptron.ts')

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'student-')))
  const [from, to] = [ROOT, root].map(base => join(base, 'labs/01-perceptron'))
  cpSync(from, to, { recursive: true, filter: path => !/node_modules|\.cache|hidden/.test(path) })
  cpSync(join(ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'))
  symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'), 'junction')
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

async function run(answer: string): Promise<{ code: number; text: string }> {
  writeFileSync(file(), readFileSync(file(), 'utf8').replace("throw new NotImplemented('score')", answer))
  const [lab] = await findLabs(root, '1')
  let text = ''
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      done()
    },
  })
  const code = await runVisible(lab, 'score', out, new AbortController().signal)
  return { code, text }
}

test('a right answer', async () => {
  expect(await run('return X.map(x => dot(x, w) + b)')).toMatchObject({
    code: 0,
    text: expect.stringContaining('4 of 4 tests pass') as string,
  })
})

test('a wrong answer shows its first failure and the idea behind it', async () => {
  const { code, text } = await run('return X.map(x => dot(x, w))')
  expect(code).toBe(1)
  expect(text).toContain('are all weights used, and the bias once?: 3 of 3 numbers are off')
})

test('a syntax error is shown at its line, without colours', async () => {
  const { code, text } = await run('return X.map(x => dot(x, w)')
  expect(code).toBe(1)
  expect(text).toContain('Your file could not be loaded:')
  expect(text).toContain('perceptron.ts:52')
  expect(text).not.toContain('\u001b')
})

test('an error in the student’s code is shown with its place', async () => {
  const { text } = await run('return X.map(x => dot(x, w) + c)')
  expect(text).toContain('ReferenceError: c is not defined')
  expect(text).toMatch(/at src.perceptron\.ts:51:\d+/)
})
