import { type Attack, inScore } from './attack.ts'

/** Attacks on whoever judges: matchers, intrinsics, hooks, module loaders, forged words of success. */
export const JUDGE: readonly Attack[] = [
  {
    id: 'print-success',
    idea: 'X-01',
    title: 'prints summaries of test runners in which everything passes',
    code: inScore(
      `console.log(' ✓ score > worked-example\\n Test Files  1 passed (1)\\n      Tests  17 passed (17)\\nTAP version 13\\nok 1\\n# pass 17\\n{"points":100,"maxPoints":100,"status":"passed"}'); return [NaN]`,
    ),
  },
  {
    id: 'workflow-commands',
    idea: 'X-07',
    title: 'prints workflow commands and terminal escapes, and throws them',
    code:
      "console.log('::error file=grader.ts::INJECTED'); console.log('##[error]INJECTED'); console.log('x ##vso[task.complete result=Succeeded]INJECTED'); console.log('\\u001b[2J\\u001b[31mINJECTED')\n" +
      inScore("throw new Error('::error::INJECTED\\u001b[2J'.repeat(100000))"),
    seenAs: ['error'],
  },
  {
    id: 'stop-commands',
    idea: 'X-07',
    title: 'switches workflow commands off and on, and writes a score for GitHub Classroom',
    code: inScore(
      `for (const line of ['::stop-commands::INJECTED', '  ::notice title=Autograding report::{"totalPoints":100,"maxPoints":100}', '\\u2028::add-mask::0', '\\u00a0::endgroup::', '\\r::group::INJECTED']) console.log(line); return [NaN]`,
    ),
  },
  {
    id: 'terminal-strings',
    idea: 'D-05',
    title: 'terminal titles, links, clipboard writes and queries, invalid UTF-8, NUL, characters that reorder text',
    code: inScore(
      `console.log('\\u001b]0;INJECTED\\u0007\\u001b]52;c;SU5KRUNURUQ=\\u0007\\u001b]8;;http://x\\u001b\\\\INJECTED\\u001b]8;;\\u001b\\\\\\u009b31m\\u001bP+q\\u001b\\\\\\u202eDETCEJNI\\u2066\\u200b\\u0000'); sendAll(1, Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 10])); return [NaN]`,
    ),
  },
  {
    id: 'frames-in-messages',
    idea: 'S-04',
    title: 'an error whose message looks like a stack trace through the hidden suite, so that the suite is quoted',
    code: inScore(
      "throw new Error(['x', ...SECRETS.map(file => '    at f (' + file + ':1:1)'), ...SECRETS.map(file => '    at file://' + file + ':2:1')].join('\\n'))",
    ),
    seenAs: ['error'],
  },
  {
    id: 'patch-vitest',
    idea: 'V-01',
    title: 'replaces the matchers of vitest and chai',
    code: "for (const name of ['vitest', 'chai']) { let v = null; try { v = process.getBuiltinModule('module').createRequire(import.meta.url)(name) } catch {} const ok = () => ({ pass: true, message: () => '' }); v?.expect?.extend?.({ toBe: ok, toEqual: ok, toBeNear: ok }); if (v) console.log('PWNED') }",
  },
  {
    id: 'patch-math',
    idea: 'V-02',
    title: 'Math.abs = () => 0, so every distance is zero',
    code: 'Math.abs = () => 0; Math.max = () => 0; Number.isNaN = () => false; Object.is = () => true',
  },
  {
    id: 'patch-arrays',
    idea: 'V-02',
    title: 'poisons Array.prototype and typed arrays',
    code: 'Array.prototype.every = () => true; Array.prototype.push = function () { return 0 }; Object.getPrototypeOf(Float64Array.prototype).every = () => true',
  },
  {
    id: 'patch-objects',
    idea: 'V-02',
    title: 'setters on Object.prototype for every property that a verdict could have',
    code: "for (const name of ['pass', 'state', 'status', 'points', 'ok', 'errors']) Object.defineProperty(Object.prototype, name, { get: () => true, set() {}, configurable: true })",
  },
  {
    id: 'patch-iterators',
    idea: 'V-02',
    title: 'Symbol.iterator, Symbol.species and toStringTag of the built-in classes',
    code: "Array.prototype[Symbol.iterator] = function* () {}; Object.defineProperty(Array, Symbol.species, { value: Object }); Object.defineProperty(Number.prototype, Symbol.toStringTag, { value: 'Array' })",
  },
  {
    id: 'patch-json',
    idea: 'V-02',
    title: 'JSON.stringify turns refusals into successes',
    code: "const real = JSON.stringify; JSON.stringify = (...a) => real(...a)?.replace('false', 'true')",
  },
  {
    id: 'patch-promise',
    idea: 'V-02',
    title: 'Promise.prototype.then swallows rejections',
    code: 'const then = Promise.prototype.then; Promise.prototype.then = function (a) { return then.call(this, a, () => undefined) }',
  },
  {
    id: 'patch-writes',
    idea: 'V-08',
    title: 'rewrites the output of the runner: false becomes true',
    code: `const fs = builtin('node:fs'), real = fs.writeSync
fs.writeSync = (fd, bytes, ...rest) => real(fd, fd === 3 ? Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(',false,', ',true, '), 'latin1') : bytes, ...rest)
builtin('node:module').syncBuiltinESMExports()
${inScore("throw new Error('x')")}`,
    seenAs: ['failed', 'tampered'],
  },
  {
    id: 'patch-streams',
    idea: 'V-08',
    title: 'replaces every handler and stream of the process',
    code: "process.removeAllListeners(); for (const name of ['uncaughtException', 'unhandledRejection', 'exit']) process.on(name, () => {}); process.stdout.write = process.stderr.write = () => true; console.error = () => {}",
  },
  {
    id: 'patch-clock',
    idea: 'D-07',
    title: 'stops every clock, then runs for a long time',
    code: `Date.now = () => 0; performance.now = () => 0; process.hrtime = () => [0, 0]; globalThis.setTimeout = () => 0; globalThis.clearTimeout = () => {}
${inScore('for (;;);')}`,
    seenAs: ['timeout'],
  },
  {
    id: 'hooks-of-runner',
    idea: 'V-03',
    title: 'looks for the hooks and the inner state of a test runner in its globals',
    code: "for (const key of Reflect.ownKeys(globalThis)) if (/vitest|jest|expect|beforeEach|__vite/i.test(String(key))) { console.log('PWNED'); globalThis[key]?.extend?.({}) }",
  },
  {
    id: 'loader-hooks',
    idea: 'V-05',
    title: 'module hooks that rewrite what is loaded next',
    code: "safe(() => builtin('node:module').registerHooks({ load: (url, context, next) => ({ ...next(url, context), source: 'export default 1' }), resolve: (name, context, next) => next(name, context) })); safe(() => { builtin('node:module')._load = () => ({}) })",
  },
  {
    id: 'call-sites',
    idea: 'V-06',
    title: 'tries to reach the runner’s functions through call sites and callers',
    code: inScore(
      "Error.prepareStackTrace = (_, sites) => sites; for (const site of new Error().stack) { const f = safe(() => site.getFunction()) ?? safe(() => site.getThis()); if (f && f !== score) console.log('PWNED'); safe(() => f.call(null)) } safe(() => arguments.callee.caller()); return [NaN]",
    ),
  },
  {
    id: 'cruel-inspect',
    idea: 'V-07',
    title: 'prints objects that format themselves with hostile methods',
    code: inScore(
      "const cruel = { [Symbol.for('nodejs.util.inspect.custom')]: () => { throw 1 }, toJSON() { throw 2 }, get x() { throw 3 } }; safe(() => console.log(cruel)); safe(() => console.error('%o %j', cruel, cruel)); return cruel",
    ),
    seenAs: ['failed', 'error'],
  },
]
