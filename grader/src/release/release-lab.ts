import type { Lab, LabFile } from '@backprop/course'
import { GraderFault } from '../errors.ts'
import { expectedStubs } from '../intake/stubs.ts'
import { type Files, json, readTree, text } from './release-files.ts'

/**
 * What students receive of one lab: everything but its hidden suite. The files that they edit are made from the
 * solution here, so that a lab that someone has done in the course's own tree is released undone.
 */
export async function labFiles(lab: Lab): Promise<Files> {
  const files = await readTree(lab.dir, path => path === 'hidden')
  const stubs = await expectedStubs(lab)
  const tasks = [...stubs.values()].join('\n')
  for (const { id } of lab.manifest.exercises) {
    if (!tasks.includes(`// TODO(${id}): `))
      throw new GraderFault(
        `solutions/${lab.manifest.id} has no "// SOLUTION(${id}): …": what is not marked would be given away.`,
      )
  }
  for (const [file, stub] of stubs) {
    files.set(file, text(stub))
    // What "pnpm lab reset" goes back to.
    files.set(`.stubs/${file}`, text(stub))
  }
  // What "pnpm lab" compares the course's own files with, and brings back.
  for (const [path, bytes] of [...files])
    if (/^(?:src|test)\/.*\.ts$/.test(path) && !stubs.has(path)) files.set(`.stubs/${path}`, bytes)
  files.set('lab.json', json(forStudents(lab.manifest)))
  const tsconfig = files.get('tsconfig.json')
  if (tsconfig) files.set('tsconfig.json', withoutHidden(tsconfig))
  return files
}

/** The paths in a lab that are the students' own: the files to edit, and the script to play with. */
export const studentsOwn = ({ manifest }: Lab): string[] => [...manifest.edit, 'main.ts']

/** Exercises keep their points; what the hidden tests are, and what each is worth, stays here. */
function forStudents(manifest: Lab['manifest']): LabFile {
  return {
    ...manifest,
    exercises: manifest.exercises.map(exercise => ({
      ...exercise,
      tests: [
        {
          id: 'when-you-hand-in',
          weight: exercise.tests.reduce((sum, { points }) => sum + points, 0),
          concept: 'what the README asks for, tried with other numbers',
        },
      ],
    })),
  }
}

function withoutHidden(tsconfig: Buffer): Buffer {
  const config = JSON.parse(tsconfig.toString()) as { include?: string[] }
  return json({ ...config, include: config.include?.filter(folder => folder !== 'hidden') })
}
