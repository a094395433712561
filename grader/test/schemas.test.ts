import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { schema, SCHEMAS } from '../src/cli/schema-command.ts'
import { run } from './running.ts'

const FOLDER = join(import.meta.dirname, '../schema')

describe('published JSON Schemas', () => {
  test.each(SCHEMAS)('$file is made from the code', async ({ name, file }) => {
    const published = readFileSync(join(FOLDER, file), 'utf8')
    expect(published, 'run: pnpm grade schema --write').toBe((await run(schema, [name])).stdout)
  })

  test.each(SCHEMAS)('another validator can read $file', ({ schema }) => {
    expect(() => new Ajv2020({ formats: { 'date-time': true } }).compile(schema())).not.toThrow()
  })

  test('the list names all that there are', async () => {
    expect(readdirSync(FOLDER).sort()).toEqual(SCHEMAS.map(({ file }) => file).sort())
    const { stdout } = await run(schema, [])
    for (const { name, file } of SCHEMAS) expect(stdout).toMatch(new RegExp(`^${name} +grader/schema/${file}  `, 'm'))
  })

  test('an unknown name is reported in a sentence', async () => {
    const names = SCHEMAS.map(({ name }) => name).join(', ')
    await expect(run(schema, ['grades'])).rejects.toThrow(`There is no schema "grades". The schemas are: ${names}.`)
  })
})
