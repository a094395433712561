import { Argument } from '@commander-js/extra-typings'
import { newExercise } from '../authoring/new-exercise.ts'
import { newLab } from '../authoring/new-lab.ts'
import { findLabs } from '../course.ts'
import { UsageError } from '../errors.ts'
import { command, EXIT } from './command.ts'

export const newCommand = command({
  name: 'new',
  summary: 'Make a new lab, or a new exercise in a lab, that passes "pnpm grade check"',
  syntax: parser =>
    parser
      .addArgument(new Argument('<kind>', 'what to make').choices(['lab', 'exercise'] as const))
      .argument('<lab>', 'the new lab as NN-name, or the id or number of the lab that gets an exercise')
      .argument('[id]', 'the new exercise, in lower-case words joined by hyphens')
      .addHelpText(
        'after',
        `
An exercise is a solution with its stub, a visible and a hidden test, an entry in lab.json with weights, a section of the
README, three hints and three mutants. A lab has one exercise, a quiz, a README, a main.ts and two packages. The example
in it, the mean of a list, is yours to replace: change the solution, then run "pnpm grade check LAB --fix".

Examples:
  pnpm grade new lab 08-attention
  pnpm grade new exercise 01 hinge-loss`,
      ),
  async run([kind, name, id], _, { course, stdout }) {
    if ((kind === 'exercise') !== (id !== undefined))
      throw new UsageError('Expected "pnpm grade new lab NN-name" or "pnpm grade new exercise LAB ID".')
    const made = id === undefined ? { lab: name, files: await newLab(name, course) } : await inLab(name, id, course)
    for (const file of made.files) stdout.write(`✎ ${file}\n`)
    stdout.write(`\nNext: pnpm grade check ${made.lab}\n`)
    return EXIT.fullMarks
  },
})

async function inLab(name: string, id: string, course: string): Promise<{ lab: string; files: string[] }> {
  const [lab, another] = await findLabs(name, course)
  if (another) throw new UsageError(`Expected one lab, got "${name}": try "pnpm grade new exercise 01 ${id}".`)
  return { lab: lab.manifest.id, files: await newExercise(lab, id, course) }
}
