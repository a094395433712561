import { inScore, type Attack } from './attack.ts'

/** Attacks on the verdict: leave early, patch the judge, answer with tricks, speak on the grader's channel. */
export const FORGE: readonly Attack[] = [
  { id: 'exit-on-import', title: 'process.exit(0) while the module loads', code: 'process.exit(0)', seenAs: ['error'] },
  {
    id: 'exit-in-function',
    title: 'process.exit(0) inside a graded function',
    code: inScore('process.exit(0)'),
    seenAs: ['error'],
  },
  {
    id: 'really-exit',
    title: 'process.reallyExit(0), below any guard',
    code: inScore('process.reallyExit(0)'),
    seenAs: ['error'],
  },
  { id: 'abort', title: 'process.abort()', code: inScore('process.abort()'), seenAs: ['error'] },
  {
    id: 'exit-later',
    title: 'exits from a timer after the first answer',
    code: 'setTimeout(() => process.exit(0), 5)',
  },
  {
    id: 'kill-group',
    title: 'SIGKILL to its process group and to its parent',
    code: "safe(() => process.kill(0, 'SIGKILL')); safe(() => process.kill(process.ppid, 'SIGKILL')); safe(() => process.kill(-1, 'SIGKILL'))",
  },
  {
    id: 'patch-vitest',
    title: 'replaces the matchers of vitest',
    code: "const v = await import(['vi', 'test'].join('')).catch(() => null); const ok = () => ({ pass: true, message: () => '' }); v?.expect?.extend({ toBe: ok, toEqual: ok, toBeNear: ok })",
  },
  {
    id: 'patch-math',
    title: 'Math.abs = () => 0, so every distance is zero',
    code: 'Math.abs = () => 0; Math.max = () => 0; Number.isNaN = () => false',
  },
  {
    id: 'patch-arrays',
    title: 'poisons Array.prototype and typed arrays',
    code: 'Array.prototype.every = () => true; Array.prototype.push = function () { return 0 }; Object.getPrototypeOf(Float64Array.prototype).every = () => true',
  },
  {
    id: 'patch-json',
    title: 'JSON.stringify turns refusals into successes',
    code: "const real = JSON.stringify; JSON.stringify = (...a) => real(...a)?.replace('false', 'true')",
  },
  {
    id: 'patch-promise',
    title: 'Promise.prototype.then swallows rejections',
    code: 'const then = Promise.prototype.then; Promise.prototype.then = function (a) { return then.call(this, a, () => undefined) }',
  },
  {
    id: 'asymmetric-matcher',
    title: 'returns objects that claim to be equal to anything',
    code: inScore(
      "const yes = { $$typeof: Symbol.for('jest.asymmetricMatcher'), asymmetricMatch: () => true, equals: () => true, valueOf: () => 0 }; return X.map(() => yes)",
    ),
  },
  {
    id: 'changing-getter',
    title: 'a Proxy whose length and values change at each read',
    code: inScore('let n = 0; return new Proxy([], { get: (_, key) => (key === "length" ? n++ % 5 : n++) })'),
  },
  {
    id: 'nan-wildcard',
    title: 'NaN and Infinity as wildcards',
    code: inScore('return X.map((_, i) => (i % 2 ? NaN : Infinity))'),
  },
  {
    id: 'empty-answers',
    title: 'empty lists, so that nothing can be wrong',
    code: 'export const score = X => (X.length ? [] : [0]); export const predict = () => []',
  },
  { id: 'holes', title: 'a list of holes', code: inScore('return new Array(X.length)') },
  { id: 'echo', title: 'the input as the answer', code: inScore('return X') },
  {
    id: 'mutate-inputs',
    title: 'writes into its arguments, to change what they are compared with',
    code: inScore('for (const x of X) x.fill(0); w.fill(0); return X.map(() => b)'),
  },
  {
    id: 'throw-anything',
    title: 'throws what is no error',
    code: inScore('throw { get message() { throw 1 }, toString() { throw 2 } }'),
    seenAs: ['error'],
  },
  {
    id: 'throw-not-implemented',
    title: 'claims not to have started',
    code: inScore("throw Object.assign(new Error('x'), { name: 'NotImplemented' })"),
    seenAs: ['not-started'],
  },
  {
    id: 'thenable',
    title: 'a thenable that resolves to itself for ever',
    code: inScore('const t = { then(done) { setImmediate(() => done(t)) } }; return t'),
    seenAs: ['timeout'],
  },
  {
    id: 'forged-returns',
    title: 'forged answers for the calls to come, in the grader’s own frames',
    code: "for (let id = 1; id < 50; id++) for (const fd of [3, 4]) sendAll(fd, frame(['a', 'return', id, true, ['a', 0]]))",
    seenAs: ['tampered'],
  },
  {
    id: 'forged-on-timer',
    title: 'keeps sending plausible answers from a timer',
    code: "setInterval(() => { for (let id = 1; id < 8; id++) sendAll(3, frame(['a', 'return', id, true, ['u']])) }, 1)",
  },
  {
    id: 'callback-never-offered',
    title: 'calls functions of the grader that were never offered',
    code: inScore("for (let id = 0; id < 9; id++) sendAll(4, frame(['a', 'callback', id, ['a', 1]])); return []"),
    seenAs: ['tampered'],
  },
  {
    id: 'prototype-pollution',
    title: 'objects with __proto__ keys',
    code: inScore("sendAll(3, frame(['a', 'return', 1, true, ['o', '__proto__', ['o', 'polluted', 1]]])); return []"),
    seenAs: ['tampered'],
  },
  {
    id: 'garbage',
    title: 'garbage on every descriptor',
    code: inScore(
      "for (let fd = 3; fd < 40; fd++) safe(() => builtin('node:fs').writeSync(fd, Buffer.from('ffffffff00000000deadbeef', 'hex'))); return []",
    ),
    seenAs: ['tampered'],
  },
  {
    id: 'workflow-commands',
    title: 'prints workflow commands and terminal escapes, and throws them',
    code:
      "console.log('::error file=grader.ts::INJECTED'); console.log('\\u001b[2J\\u001b[31mINJECTED')\n" +
      inScore("throw new Error('::error::INJECTED\\u001b[2J'.repeat(100000))"),
    seenAs: ['error'],
  },
]
