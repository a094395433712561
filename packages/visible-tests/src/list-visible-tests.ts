import { fileURLToPath } from 'node:url'
import { BadLab, type Lab } from '@backprop/course'
import type { FoundTest } from '@backprop/test-runner'
import { runVisibleTests } from './run-visible-tests.ts'

/** A visible test that counts. */
export interface VisibleTest extends FoundTest {
  /** Its name as an id: `gives-the-three-scores-of-the-readme`. Unique within the exercise. */
  readonly id: string
}

const EMPTY_MODULE = fileURLToPath(new URL('./empty-module.ts', import.meta.url)).replaceAll('\\', '/')

/** Generous, for a busy machine: no student code runs. */
const LIST_SECONDS = 120

/**
 * The visible tests of a lab, in the order of its exercises. An empty module replaces each of the student's files, so their
 * code has no influence on which tests count. Throws `BadLab`.
 */
export async function listVisibleTests(lab: Lab, signal?: AbortSignal): Promise<VisibleTest[]> {
  const { id, edit, exercises } = lab.manifest
  const modules = edit.map(file => file.replace(/^src\/(.*)\.ts$/, '#lab/$1$'))
  const alias = Object.fromEntries(modules.map(name => [name, EMPTY_MODULE]))
  const { tests, broken, end } = await runVisibleTests(lab, {
    listOnly: true,
    wallSeconds: LIST_SECONDS,
    alias,
    signal,
  })
  signal?.throwIfAborted()
  if (broken.length > 0 || end !== 'done')
    throw new BadLab(`The visible tests of ${id} cannot be listed: ${broken[0]?.message ?? end}`)
  return exercises.flatMap(exercise => withIds(id, tests.filter(test => test.exercise === exercise.id))) // prettier-ignore
}

function withIds(lab: string, tests: readonly FoundTest[]): VisibleTest[] {
  const taken = new Set<string>()
  return tests.map(({ exercise, name, file }, i) => {
    if (tests.findIndex(other => other.name === name) < i)
      throw new BadLab(`${lab} has two visible tests of "${exercise}" with the name "${name}": give each its own.`)
    const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? ['test']
    const slug = words.join('-').slice(0, 80).replace(/-$/, '')
    let id = slug
    for (let n = 2; taken.has(id); n++) id = `${slug}-${n}`
    taken.add(id)
    return { exercise, name, file, id }
  })
}
