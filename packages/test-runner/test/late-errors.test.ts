import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSuite, type TestResult } from '../src/index.ts'

/** Errors that nothing waits for, in code that shares a thread with its tests. */

const CODE = {
  rejects: "Promise.reject(new TypeError('not awaited'))",
  ticks: "process.nextTick(() => { throw new TypeError('in the next tick') })",
  times: "setTimeout(() => { throw new TypeError('in a timer') }, 20)",
  throwsNoError: "Promise.reject('no error')",
  handles: "Promise.reject(new Error('handled')).catch(() => {})",
  keepsTimer: 'setInterval(() => {}, 10)',
  nothing: '',
}

let root: string
let results: readonly TestResult[]
beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'late zoë ')))
  for (const folder of ['src', 'test', 'node_modules/@backprop']) mkdirSync(join(root, folder), { recursive: true })
  symlinkSync(resolve(import.meta.dirname, '../../testkit'), join(root, 'node_modules/@backprop/testkit'), 'junction')
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  const functions = Object.entries(CODE).map(([name, body]) => `export function ${name}() {\n  ${body}\n}\n`)
  writeFileSync(join(root, 'src/a.ts'), functions.join(''))
  writeFileSync(join(root, 'src/b.ts'), "void Promise.reject(new TypeError('while loading'))\nexport const b = 1\n")
  const tests = Object.keys(CODE).map(name => `test('${name}', () => expect(code.${name}()).toBe(undefined))`)
  writeFileSync(
    join(root, 'test/a.test.ts'),
    `import { exercise, expect, test } from '@backprop/testkit'\nimport * as code from '../src/a.ts'\nexercise('a', () => {\n${tests.join('\n')}\n})\n`,
  )
  writeFileSync(
    join(root, 'test/b.test.ts'),
    `import { exercise, expect, test } from '@backprop/testkit'\nimport { b } from '../src/b.ts'\nexercise('b', () => { test('first', () => expect(b).toBe(1)); test('second', () => expect(b).toBe(1)) })\n`,
  )
  const suite = { root, include: ['test/*.test.ts'], testSeconds: 30, wallSeconds: 60, lateErrors: true }
  ;({ results } = await runSuite(suite))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const resultOf = (name: string) => results.find(result => result.name === name)

test.each([
  ['rejects', 'not awaited', 'src/a.ts:2'],
  ['ticks', 'in the next tick', 'src/a.ts:5'],
  ['times', 'in a timer', 'src/a.ts:8'],
  ['throwsNoError', 'no error', ''],
])('the test that caused it fails: %s', (name, message, place) => {
  const [failure] = resultOf(name)?.failures ?? []
  expect(failure.message).toContain(message)
  expect(failure.stack).toContain(place)
})

test.each(['handles', 'keepsTimer', 'nothing'])('no other test fails: %s', name => {
  expect(resultOf(name)?.state).toBe('passed')
})

test('what fails while a file loads fails all of its tests', () => {
  for (const name of ['first', 'second']) expect(resultOf(name)?.failures[0].message).toBe('while loading')
})
