import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findLabs } from '../src/index.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'labs-'))
  add('01-one', manifest('01-one'))
  add('05-five', manifest('05-five'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function add(id: string, json: object | string): void {
  mkdirSync(join(root, 'labs', id), { recursive: true })
  writeFileSync(join(root, 'labs', id, 'lab.json'), typeof json === 'string' ? json : JSON.stringify(json))
}

const manifest = (id: string, changes: object = {}) => ({
  id,
  title: 'A lab',
  points: 100,
  edit: ['src/a.ts'],
  mayImport: {},
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 1, memoryMB: 64 },
  exercises: [{ id: 'add', title: 'Add', tests: [{ id: 'sum', weight: 1, concept: 'a sum' }] }],
  ...changes,
})
const idsOf = async (name: string) => (await findLabs(root, name)).map(lab => lab.manifest.id)

describe('findLabs', () => {
  test.each([
    ['05-five', ['05-five']],
    ['05', ['05-five']],
    ['5', ['05-five']],
    ['all', ['01-one', '05-five']],
  ])('%s', async (name, ids) => {
    expect(await idsOf(name)).toEqual(ids)
  })

  test.each(['', '7', 'five', '05-fiv', '../labs/05-five'])(
    'there is no lab "%s", and the message says which there are',
    async name => {
      await expect(findLabs(root, name)).rejects.toThrow(`There is no lab "${name}". The labs are: 01-one, 05-five.`)
    },
  )

  test('a manifest that is no JSON', async () => {
    add('05-five', '{')
    await expect(findLabs(root, '5')).rejects.toThrow('labs/05-five/lab.json is not JSON')
  })

  test.each([
    ['a misspelt field', { titel: 'x' }, 'titel'],
    ['more tests than points', { points: 1, exercises: [exercise('a'), exercise('b')] }, 'got 1 points for 2 tests'],
    [
      'a weight of 0',
      { exercises: [{ ...exercise('a'), tests: [{ id: 'x', weight: 0, concept: 'a sum' }] }] },
      'weight',
    ],
    ['an exercise twice', { exercises: [exercise('add'), exercise('add')] }, 'exercise "add" is listed twice'],
    ['a file outside src', { edit: ['../secret.ts'] }, 'a file to edit lies directly in src/'],
    [
      'a prerequisite that comes later',
      { exercises: [exercise('add', ['mul']), exercise('mul')] },
      '"add" requires "mul", which is not an exercise before it',
    ],
  ])('%s is named', async (_, changes, message) => {
    add('05-five', manifest('05-five', changes))
    await expect(findLabs(root, '5')).rejects.toThrow(message)
  })

  test('a folder and an id that disagree', async () => {
    add('05-five', manifest('05-six'))
    await expect(findLabs(root, '5')).rejects.toThrow('says that its id is "05-six"; the folder says "05-five"')
  })
})

function exercise(id: string, requires: string[] = []) {
  return { id, title: id, requires, tests: [{ id: 'sum', weight: 1, concept: 'a sum' }] }
}
