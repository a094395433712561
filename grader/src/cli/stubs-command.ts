import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findLabs } from '../course.ts'
import { expectedStubs } from '../intake/stubs.ts'
import { command, EXIT } from './command.ts'

export const stubs = command({
  name: 'stubs',
  summary: "Make the students' stubs from the solutions",
  syntax: parser =>
    parser
      .argument('<lab>', 'an id, a number or "all"')
      .option('--write', 'bring the stubs up to date; without it, exit code 1 says that one is stale'),
  async run([name], { write }, { course, stdout }) {
    let stale = 0
    for (const lab of await findLabs(name, course)) {
      for (const [file, stub] of await expectedStubs(lab)) {
        const path = join(lab.dir, file)
        if ((await readFile(path, 'utf8').catch(() => null)) === stub) continue
        stale++
        if (write) await writeFile(path, stub)
        stdout.write(`labs/${lab.manifest.id}/${file} ${write ? 'written' : 'differs from its solution'}\n`)
      }
    }
    return stale > 0 && !write ? EXIT.pointsLost : EXIT.fullMarks
  },
})
