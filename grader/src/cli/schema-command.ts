import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { safeJson } from '@backprop/safe-text'
import { COURSE_ROOT } from '../course.ts'
import { UsageError } from '../errors.ts'
import { command, EXIT } from './command.ts'
import { type Published, SCHEMAS } from './schemas.ts'

export const schema = command({
  name: 'schema',
  summary: 'Print the JSON Schema of what the grader writes, or list the schemas',
  syntax: parser =>
    parser
      .argument('[name]', 'a schema; without it, lists them')
      .option('--write', 'bring the files in grader/schema/ up to date'),
  async run([name], { write }, { stdout }) {
    const asked = SCHEMAS.filter(each => name === undefined || each.name === name)
    if (asked.length === 0)
      throw new UsageError(
        `There is no schema "${name}". The schemas are: ${SCHEMAS.map(each => each.name).join(', ')}.`,
      )
    if (write) await Promise.all(asked.map(bringUpToDate))
    else if (name !== undefined) stdout.write(safeJson(asked[0].schema()))
    else for (const each of asked) stdout.write(`${each.name.padEnd(14)}grader/schema/${each.file}  ${each.what}\n`)
    return EXIT.fullMarks
  },
})

async function bringUpToDate({ file, schema }: Published): Promise<void> {
  const path = join(COURSE_ROOT, 'grader/schema', file)
  const wanted = safeJson(schema())
  if ((await readFile(path, 'utf8').catch(() => '')) !== wanted) await writeFile(path, wanted)
}
