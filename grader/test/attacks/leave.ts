import { type Attack, inScore } from './attack.ts'

/** Leaving early, and what a verdict makes of somebody who is not there: E-01 … E-08. */
export const LEAVE: readonly Attack[] = [
  {
    id: 'exit-on-import',
    idea: 'E-01',
    title: 'process.exit(0) while the module loads',
    code: 'process.exit(0)',
    seenAs: ['error'],
  },
  {
    id: 'exit-in-function',
    idea: 'E-01',
    title: 'process.exit(0) inside a graded function',
    code: inScore('process.exit(0)'),
    seenAs: ['error'],
  },
  {
    id: 'exit-with-1',
    idea: 'E-01',
    title: 'process.exit(1), like a test runner that has failed',
    code: inScore('process.exit(1)'),
    seenAs: ['error'],
  },
  {
    id: 'really-exit',
    idea: 'E-01',
    title: 'process.reallyExit(0), which bypasses guards',
    code: inScore('process.reallyExit(0)'),
    seenAs: ['error'],
  },
  { id: 'abort', idea: 'V-09', title: 'process.abort()', code: inScore('process.abort()'), seenAs: ['error'] },
  {
    id: 'exit-code',
    idea: 'V-09',
    title: 'process.exitCode = 0, and every event that a process can emit',
    code: inScore(
      "process.exitCode = 0; for (const name of ['exit', 'beforeExit', 'disconnect', 'message', 'uncaughtException', 'SIGTERM']) safe(() => process.emit(name, 0)); return [NaN]",
    ),
  },
  {
    id: 'kill-oneself',
    idea: 'E-01',
    title: 'SIGKILL to itself',
    code: inScore("safe(() => process.kill(process.pid, 'SIGKILL')); return [NaN]"),
  },
  {
    id: 'stop-oneself',
    idea: 'D-06',
    title: 'SIGSTOP to itself, which is neither an end nor an answer',
    code: inScore("safe(() => process.kill(process.pid, 'SIGSTOP')); return [NaN]"),
  },
  {
    id: 'exit-later',
    idea: 'E-01',
    title: 'exits from a timer after the first answer',
    code: 'setTimeout(() => process.exit(0), 5)',
  },
  {
    id: 'answer-while-leaving',
    idea: 'X-12',
    title: 'exits, and an exit handler sends the right answer as a frame',
    code: `process.on('exit', () => { for (let id = 1; id < 20; id++) sendAll(3, frame(['a', 'return', id, true, ['a', 0, 0, 0]])) })
${inScore('process.exit(0)')}`,
    seenAs: ['failed', 'tampered'],
  },
  {
    id: 'out-of-memory-by-words',
    idea: 'E-06',
    title: 'claims to have run out of memory, and exits with the code of a killed process',
    code: inScore("console.error('FATAL ERROR: JavaScript heap out of memory'); process.exit(137)"),
    seenAs: ['out-of-memory'],
  },
  {
    id: 'kill-group',
    idea: 'E-02',
    title: 'SIGKILL to its process group, its parent and all processes',
    code: "for (const pid of [0, process.ppid, -1]) safe(() => process.kill(pid, 'SIGKILL'))",
    harmful: true,
  },
  {
    id: 'pending-error',
    idea: 'E-03',
    title: 'throws what a test framework throws to skip a test',
    code: inScore(
      "throw Object.assign(new Error('test is skipped; abort execution'), { name: 'PendingError', code: 'VITEST_PENDING', taskId: '0' })",
    ),
    seenAs: ['error'],
  },
  {
    id: 'empty-module',
    idea: 'E-04',
    title: 'a module without exports',
    code: 'export {}\n',
    whole: true,
    seenAs: ['error'],
  },
  {
    id: 'default-export',
    idea: 'E-04',
    title: 'everything in a default export',
    code: 'export default { score: (X: number[][]) => X.map(() => 0), predict: () => [] }\n',
    whole: true,
    seenAs: ['error'],
  },
  {
    id: 'syntax-error',
    idea: 'E-04',
    title: 'a file that does not compile',
    code: 'export const score = (',
    whole: true,
    refused: 'src/neuron.ts:1:23',
  },
  {
    id: 'rejects-later',
    idea: 'E-07',
    title: 'an unhandled rejection after the answer',
    code: inScore("Promise.resolve().then(() => { throw new Error('later') }); return [NaN]"),
  },
  {
    id: 'throw-not-implemented',
    idea: 'E-03',
    title: 'claims not to have started',
    code: inScore("throw Object.assign(new Error('x'), { name: 'NotImplemented' })"),
    seenAs: ['not-started'],
  },
  ...thrown({
    null: 'null',
    undefined: 'undefined',
    symbol: "Symbol('x')",
    'revoked-proxy': '(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()',
    'cruel-getters': '{ get message() { throw 1 }, toString() { throw 2 }, [Symbol.toPrimitive]() { throw 3 } }',
    'cruel-error': "Object.defineProperty(new Error('x'), 'message', { get() { throw 1 } })",
    'looping-error': "Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } })",
    assertion:
      "Object.assign(new Error('x'), { name: 'AssertionError', actual: 1, expected: 1, showDiff: true, __vitest_error_context__: {} })",
  }),
]

function thrown(values: Readonly<Record<string, string>>): Attack[] {
  return Object.entries(values).map(([name, value]) => ({
    id: `throw-${name}`,
    idea: name.includes('error') ? 'V-07' : 'E-08',
    title: `throws ${value.length < 40 ? value : `a value that throws or hangs when it is printed (${name})`}`,
    code: inScore(`throw ${value}`),
    seenAs: ['error', 'timeout'],
  }))
}
