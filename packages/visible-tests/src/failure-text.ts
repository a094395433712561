import { stripVTControlCharacters } from 'node:util'
import { plainText } from '@backprop/safe-text'
import type { TestFailure } from '@backprop/test-runner'

/** A line in the lab's folder: of `src/` if the stack has one, otherwise of `test/`. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** What to say when the process that runs the tests is gone before they are done. */
export const CRASHED = 'The tests ended before they were done: did your code end the process, or use up the memory?'

const LIMITS = { lines: 12, characters: 2000 }

/** A failure as a few lines of plain text, which may contain text from the student's code. */
export function failureText(failure: TestFailure): string {
  const { name, message } = failure
  const place = placeOf(failure)
  const what = name === 'AssertionError' || name === 'Error' ? message : `${name}: ${message}`
  const where = name !== 'AssertionError' && place?.file.startsWith('src/') ? `at ${place.file}:${place.line}` : ''
  const lines = stripVTControlCharacters(what).split('\n').filter(line => line.trim() !== '') // prettier-ignore
  return plainText([...lines.slice(0, LIMITS.lines), where].filter(Boolean).join('\n'), LIMITS.characters)
}

/** The line that a failure points at: of the student's files if there is one, otherwise of a test. */
export const placeOf = (failure: TestFailure | undefined): Place | undefined => placesOf(failure)[0]

/** The folder of a package of the course, which has its own `src/`. */
const LIBRARY = String.raw`[\\/]packages[\\/][\w-]+`

/** All lines that a failure points at, the innermost first; those of the student's files before those of tests. */
export function placesOf(failure: TestFailure | undefined): Place[] {
  const text = stripVTControlCharacters(failure ? `${failure.stack}\n${failure.message}` : '')
  return ['src', 'test'].flatMap(folder => {
    const found = text.matchAll(new RegExp(`(?<!${LIBRARY})[\\\\/](${folder}[\\\\/][\\w.-]+\\.ts):(\\d{1,6})`, 'g'))
    return Array.from(found, ([, file, line]) => ({ file: file.replaceAll('\\', '/'), line: Number(line) }))
  })
}
