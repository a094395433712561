/** One hostile submission to lab 01. */
export interface Attack {
  readonly id: string
  /** What it tries, in words. */
  readonly title: string
  /** Code after the wrong functions and helpers of `PREAMBLE`; what it exports replaces them. */
  readonly code: string
  /** Statuses that at least one test must end with, where the attack should be seen for what it is. */
  readonly seenAs?: readonly string[]
  /** Other files of the submission. */
  readonly files?: Readonly<Record<string, string>>
  /** Part of the sentence with which it is refused, where nothing is run. */
  readonly refused?: string
  /** How long to wait for something that the attack starts and leaves running. */
  readonly settleMs?: number
}

/**
 * Functions that are all wrong, so that an honest grade is 0, and tools of the trade. `@@MARKS@@` is a folder that
 * anybody may write to, `@@HIDDEN@@` and `@@SOLUTION@@` are where the secrets lie, `@@PORT@@` is a listening socket.
 */
export const PREAMBLE = `// @ts-nocheck
const wrong = {
  score: () => [NaN],
  predict: () => [0],
  perceptronRule: () => ({ w: [NaN], b: NaN, mistakes: [-1], converged: 0 }),
  logisticRegression: () => ({ w: [NaN], b: NaN, losses: [NaN] }),
}
const builtin = name => process.getBuiltinModule(name)
const safe = attempt => { try { return attempt() } catch { return undefined } }
const SECRETS = ['@@HIDDEN@@/reference.ts', '@@HIDDEN@@/score-and-predict.test.ts', '@@SOLUTION@@/src/perceptron.ts', '../labs/01-perceptron/lab.json']
// Put together at run time, so that the attack's own source, which it may read, is no secret.
const SECRET = new RegExp([['soft', 'plus'], ['submission', 'Test'], ['SOLUTION', '[(]'], ['"poi', 'nts"'], ['SECRET-IN', '-ENV'], ['root:', 'x:0']].map(parts => parts.join('')).join('|'))
const tell = text => { if (SECRET.test(String(text))) console.log('PWNED') }
const sendAll = (fd, bytes) => {
  const fs = builtin('node:fs'), until = Date.now() + 2000
  let done = 0
  while (done < bytes.length && Date.now() < until) {
    try { done += fs.writeSync(fd, bytes, done) } catch (error) { if (error.code !== 'EAGAIN') return done }
  }
  return done
}
const frame = json => {
  const text = Buffer.from(JSON.stringify(json)), pad = (8 - ((4 + text.length) & 7)) & 7
  const bytes = Buffer.alloc(8 + text.length + pad)
  bytes.writeUInt32LE(4 + text.length + pad, 0)
  bytes.writeUInt32LE(text.length, 4)
  text.copy(bytes, 8)
  return bytes
}
`

/** The exports that an attack did not make itself. */
export function completed(code: string): string {
  const names = ['score', 'predict', 'perceptronRule', 'logisticRegression']
  const missing = names.filter(name => !new RegExp(`export (async )?(function|const) ${name}\\b`).test(code))
  return `${PREAMBLE}${code}\n${missing.map(name => `export const ${name} = wrong.${name}`).join('\n')}\n`
}

/** An attack that acts when `score` is called. For no rows it is wrong, so that an honest `[]` earns it nothing. */
export const inScore = (body: string): string =>
  `export function score(X, w, b) { if (X.length === 0) return [NaN]; ${body} }`
