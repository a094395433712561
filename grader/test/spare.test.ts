import { expect, test } from 'vitest'
import { Spare } from '../src/pipeline/suite/spare.ts'
import { sessionsWith } from './child-process.ts'

/** The process that is started ahead of the test that needs it. */

const open = sessionsWith('export const answer = () => 42')

test('what was prepared is handed out once', async () => {
  const spare = new Spare()
  expect(await spare.take()).toBeNull()
  spare.prepare(() => open())
  const session = await spare.take()
  expect(await session?.remote<{ answer(): Promise<number> }>().answer()).toBe(42)
  expect(await spare.take()).toBeNull()
})

test('of two that take at the same time, one gets it', async () => {
  const spare = new Spare()
  spare.prepare(() => open())
  const taken = await Promise.all([spare.take(), spare.take()])
  expect(taken.filter(session => session !== null)).toHaveLength(1)
})

test('one that has died meanwhile, or never came up, is not handed out', async () => {
  const spare = new Spare()
  spare.prepare(async () => {
    const session = await open()
    await session.close()
    return session
  })
  expect(await spare.take()).toBeNull()
  spare.prepare(() => Promise.reject(new Error('no process can be started')))
  expect(await spare.take()).toBeNull()
  await spare.close()
})

test('one that was not taken ends with the spare', async () => {
  const spare = new Spare()
  const opened = open()
  spare.prepare(() => opened)
  await spare.close()
  expect((await opened).isOver).toBe(true)
})
