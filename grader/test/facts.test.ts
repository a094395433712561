import { expect, test } from 'vitest'
import { factsSoFar, idleDataBytes, librariesOf, takeFacts } from '../src/sandbox/tiers/host.ts'

test('a thread that takes over facts need not find them out', () => {
  // There is no such program to ask about.
  takeFacts({ 'libraries of /no/such/node': ['/lib/libc.so.6'], 'idle data of /no/such/node': 42 })
  expect(librariesOf('/no/such/node')).toEqual(['/lib/libc.so.6'])
  expect(idleDataBytes('/no/such/node')).toBe(42)
})

test('what was found out is handed on', () => {
  takeFacts({ 'idle data of /another/node': 43 })
  expect(factsSoFar()).toMatchObject({ 'idle data of /another/node': 43 })
  expect(structuredClone(factsSoFar())).toEqual(factsSoFar())
})

test.runIf(process.platform === 'linux')('an answer becomes a fact', () => {
  const bytes = idleDataBytes(process.execPath)
  expect(bytes).toBeGreaterThan(2 ** 20)
  expect(factsSoFar()).toMatchObject({ [`idle data of ${process.execPath}`]: bytes })
})
