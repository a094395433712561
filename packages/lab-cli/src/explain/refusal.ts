import type { TestFailure } from '@backprop/test-runner'
import { thrownAdvice } from './thrown-words.ts'

/** What became of a call of which an error was expected, or was not: the assertions `toThrow`, `rejects`, `resolves`. */
export interface Refusal {
  readonly fact: string
  readonly advice?: string
}

/** Words for the sentence of an assertion about errors; nothing where it is about something else. */
export function explainRefusal(seen: string, { actual = '' }: Pick<TestFailure, 'actual'>): Refusal | undefined {
  const thrown = thrownIn(actual)
  const kind = /^expected error to be instance of (\w+)/.exec(seen)?.[1]
  if (kind && thrown)
    return {
      fact: `The call is to be refused with ${a(kind)}; your code threw ${a(thrown.name)}: ${thrown.message}`,
      advice: thrownAdvice(thrown.message) ?? `Which error it is matters: throw new ${kind}('…').`,
    }
  if (/^expected \[?[Ff]unction[^\]]*\]? to throw an error/.test(seen)) return NO_ERROR
  const [, text, got] = /to throw error (?:including|matching) ([^]+) but got '([^]*)'$/.exec(seen) ?? []
  if (text) return { fact: `The message of the error is to hold ${text}; yours is '${got}'.` }
  const needless = /to not throw an error but '([^]*)' was thrown$/.exec(seen)?.[1]
  if (needless) return { fact: `No error is expected here; your code threw ${needless}`, advice: thrownAdvice(needless.replace(/^\w+: /, '')) } // prettier-ignore
  const value = /^promise resolved "([^]*)" instead of rejecting/.exec(seen)?.[1]
  if (value !== undefined) return { ...NO_ERROR, fact: `The call is to be refused with an error; it came to ${value}.` }
  const reason = /^promise rejected "([^]*)" instead of resolving/.exec(seen)?.[1]
  if (reason) return { fact: `Your async function ended in an error: ${reason}`, advice: thrownAdvice(reason.replace(/^\w+: /, '')) } // prettier-ignore
  return undefined
}

const NO_ERROR: Refusal = {
  fact: 'The call is to be refused with an error; your code returned as if all were well.',
  advice: "Look at the arguments first: if (…) throw new RangeError('…').",
}

/** Of an assertion that says only its idea, the line of the test says whether it was about a refusal. */
export function refusalIn(source: string, line: number): Refusal | undefined {
  const statement = source.split(/\r?\n/).slice(line - 1, line + 3).join('\n') // prettier-ignore
  const kind = /\.toThrow\(\s*([A-Z]\w*)?/.exec(statement)
  if (!kind) return undefined
  const error = kind[1] ?? 'Error'
  return {
    fact: `The call is to be refused with ${a(error)}; your code returned as if all were well.`,
    advice: `Look at the arguments first: if (…) throw new ${error}('…').`,
  }
}

/** As Vitest writes an error: `RangeError: why`, or `RangeError { "message": "why", }`. */
function thrownIn(text: string): { name: string; message: string } | undefined {
  const [, name, plain, quoted] = /^(\w+)(?:: ([^]*)|\s*\{\s*"message": "([^]*?)",?\s*\})/.exec(text) ?? []
  return name === undefined ? undefined : { name, message: plain ?? quoted ?? '' }
}

const a = (kind: string): string => `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`
