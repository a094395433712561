import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT, type Command } from '../command.ts'
import { COURSE_ROOT } from '../course/course.ts'
import { reportJsonSchema } from '../report/schema.ts'
import { json } from '../report/write.ts'

export const schema: Command = {
  name: 'schema',
  help: `Print the JSON Schema of report.json

  pnpm grade schema [--write]

  --write   bring grader/schema/report-v1.schema.json up to date`,
  options: { write: { type: 'boolean' } },
  positionals: { min: 0, max: 0 },
  async run({ values, stdout }) {
    const text = json(reportJsonSchema())
    const file = join(COURSE_ROOT, 'grader/schema/report-v1.schema.json')
    if (!values.write) stdout.write(text)
    else if ((await readFile(file, 'utf8').catch(() => '')) !== text) await writeFile(file, text)
    return EXIT.fullMarks
  },
}
