import type { TierId } from '../../src/sandbox/tiers/tiers.ts'
import type { Arena, Effect } from './arena.ts'

/** One hostile submission to the tiny lab of a neuron in `test/course`. */
export interface Attack {
  readonly id: string
  /** The idea behind it, by its number in SECURITY.md: `S-01`. */
  readonly idea: string
  /** What it tries, in words. */
  readonly title: string
  /** Code after the wrong functions and helpers of `PREAMBLE`; what it exports replaces them. */
  readonly code: string
  /** The code is a whole file: nothing is put before it or after it. */
  readonly whole?: true
  /** Statuses of which at least one test must have one, where the attack should be seen for what it is. */
  readonly seenAs?: readonly string[]
  /** Other files of the submission. */
  readonly files?: Readonly<Record<string, string>>
  /** Makes what is no plain file in the submission's folder: links, pipes, thousands of files. */
  readonly arrange?: (folder: string, arena: Arena) => void
  /** Part of the sentence with which it is refused, where nothing is run. */
  readonly refused?: string
  /** How long to wait for something that the attack starts and leaves running. */
  readonly settleMs?: number
  /** What it does outside its process where nothing stops it. */
  readonly effect?: Effect
  /** The tiers in which it does so, with Node 26; D is there to show that the attack is one. */
  readonly through?: readonly TierId[]
  /** It needs the grader's own user; run by root, the grader gives its children another. */
  readonly sameUser?: true
  /** The effect shows in a second process, after the first. */
  readonly twice?: true
  /** It would hurt this machine where nothing confines it: never run below tier B. */
  readonly harmful?: true
  /** What the machine must have for it. */
  readonly needs?: 'linux' | 'compiler'
}

/**
 * Functions that are all wrong, so that an honest grade is 0, and tools of the trade. `@@MARKS@@` is a folder that
 * anybody may write to, `@@HIDDEN@@` and `@@SOLUTION@@` are where secrets lie, `@@REPORT@@` is a report, `@@PORT@@` and
 * `@@UDP@@` are listening sockets.
 */
export const PREAMBLE = `const wrong = {
  score: () => [NaN],
  predict: () => [0],
  accuracy: () => NaN,
}
const builtin = name => process.getBuiltinModule(name)
const safe = attempt => { try { return attempt() } catch { return undefined } }
const SECRETS = ['@@HIDDEN@@/accuracy.test.ts', '@@HIDDEN@@/score-and-predict.test.ts', '@@SOLUTION@@/src/neuron.ts', '@@CLASS@@/other/src/neuron.ts']
// Put together at run time, so that the attack's own source, which it may read, is no secret.
const SECRET = new RegExp([['submission', 'Test'], ['SOLUTION', '[(]'], ['SECRET-IN', '-ENV'], ['root:', 'x:0']].map(parts => parts.join('')).join('|'))
const tell = text => { if (SECRET.test(String(text))) console.log('PWNED') }
const sendAll = (fd, bytes) => {
  const fs = builtin('node:fs')
  let done = 0
  for (let tries = 0; done < bytes.length && tries < 1e6; tries++) {
    try { done += fs.writeSync(fd, bytes, done) } catch (error) { if (error.code !== 'EAGAIN') return done }
  }
  return done
}
const rawFrame = (json, binary = Buffer.alloc(0)) => {
  const text = Buffer.from(json), pad = (8 - ((4 + text.length) & 7)) & 7
  const head = Buffer.alloc(8)
  head.writeUInt32LE(4 + text.length + pad + binary.length, 0)
  head.writeUInt32LE(text.length, 4)
  return Buffer.concat([head, text, Buffer.alloc(pad), binary])
}
const frame = json => rawFrame(JSON.stringify(json))
`

/** What src/neuron.ts must export. */
const EXPORTS = ['score', 'predict', 'accuracy']

/** The whole file: helpers, the attack, and the exports that it did not make itself. */
export function completed({ code, whole }: Pick<Attack, 'code' | 'whole'>): string {
  if (whole) return code
  const missing = EXPORTS.filter(name => !new RegExp(`export (async )?(function|const) ${name}\\b`).test(code))
  return `${PREAMBLE}${code}\n${missing.map(name => `export const ${name} = wrong.${name}`).join('\n')}\n`
}

/** An attack that acts when `score` is called. For no rows it is wrong, so that an honest `[]` earns it nothing. */
export const inScore = (body: string): string =>
  `export function score(X, w, b) { if (X.length === 0) return [NaN]; ${body} }`

/** Gives what was started a moment, and answers wrongly. */
export const WAIT = 'return new Promise(done => setTimeout(() => done([NaN]), 150))'
