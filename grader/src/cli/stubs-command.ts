import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT, type Command } from './command.ts'
import { findLabs } from '../course.ts'
import { expectedStubs } from '../intake/expected-stubs.ts'

export const stubs: Command = {
  name: 'stubs',
  help: `Make the students' stubs from the solutions

  pnpm grade stubs <lab|all> [--write]

Prints which stubs differ from what their solution says (exit code 1 if any do).
  --write   bring them up to date`,
  options: { write: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run({ positionals, values, course, stdout }) {
    let stale = 0
    for (const lab of await findLabs(positionals[0], course)) {
      for (const [file, wanted] of await expectedStubs(lab)) {
        const path = join(lab.dir, file)
        if ((await readFile(path, 'utf8').catch(() => null)) === wanted) continue
        stale++
        if (values.write) await writeFile(path, wanted)
        stdout.write(`labs/${lab.manifest.id}/${file} ${values.write ? 'written' : 'differs from its solution'}\n`)
      }
    }
    return stale > 0 && !values.write ? EXIT.pointsLost : EXIT.fullMarks
  },
}
