import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reportJsonSchema } from '@backprop/report'
import { safeJson } from '@backprop/safe-text'
import { changesJsonSchema } from '../class/changes.ts'
import { classJsonSchema } from '../class/class-report.ts'
import { collectedJsonSchema } from '../class/collected.ts'
import { fetchedJsonSchema } from '../class/fetched.ts'
import { COURSE_ROOT } from '../course.ts'
import { UsageError } from '../errors.ts'
import { explanationJsonSchema } from '../explain/schema.ts'
import { similarJsonSchema } from '../similar/similar-report.ts'
import { command, EXIT } from './command.ts'

/** A published JSON Schema: the data that it describes, and its file in grader/schema/. */
interface Published {
  readonly name: string
  readonly what: string
  readonly file: string
  readonly schema: () => object
}

/** All published schemas. The files are generated from the code, and a test compares the two. */
export const SCHEMAS: readonly Published[] = [
  { name: 'report', what: 'report.json', file: 'report-v1.schema.json', schema: reportJsonSchema },
  { name: 'class', what: 'class.json', file: 'class-v1.schema.json', schema: classJsonSchema },
  {
    name: 'explanation',
    what: 'what "grade explain --json" prints',
    file: 'explanation-v1.schema.json',
    schema: explanationJsonSchema,
  },
  { name: 'changes', what: 'changes.json', file: 'changes-v1.schema.json', schema: changesJsonSchema },
  { name: 'collect', what: 'collect.json', file: 'collect-v1.schema.json', schema: collectedJsonSchema },
  { name: 'fetch', what: 'fetch.json', file: 'fetch-v1.schema.json', schema: fetchedJsonSchema },
  { name: 'similar', what: 'similar.json', file: 'similar-v1.schema.json', schema: similarJsonSchema },
]

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
