import { type Attack, inScore } from './attack.ts'

const never = (id: string, idea: string, title: string, body: string): Attack => ({
  id,
  idea,
  title,
  code: inScore(body),
  seenAs: ['timeout'],
})
/** Fills memory until something gives; only where there is a limit. */
const bomb = (id: string, title: string, body: string, seenAs: readonly string[] = ['out-of-memory']): Attack => ({
  id,
  idea: 'D-02',
  title,
  code: inScore(body),
  seenAs,
  harmful: true,
})

/** Attacks on time, memory, processes, disk and the grader's own patience: D-01 … D-08. */
export const RESOURCES: readonly Attack[] = [
  {
    id: 'loop-on-import',
    idea: 'D-01',
    title: 'an endless loop while loading',
    code: 'for (;;);',
    seenAs: ['timeout'],
  },
  {
    id: 'top-level-await',
    idea: 'E-05',
    title: 'a module that never finishes loading',
    code: 'await new Promise(() => setInterval(() => {}, 1000))',
    seenAs: ['timeout'],
  },
  never('loop-in-function', 'D-01', 'an endless loop in a function', 'for (;;);'),
  never(
    'loop-in-getter',
    'D-01',
    'an endless loop in a getter of the answer',
    'return { get 0() { for (;;); }, length: 1 }',
  ),
  never(
    'microtasks',
    'D-01',
    'an endless chain of microtasks',
    'const f = () => queueMicrotask(f); f(); return new Promise(() => {})',
  ),
  never(
    'never-resolves',
    'E-05',
    'a promise that never settles',
    'setInterval(() => {}, 1e6); return new Promise(() => {})',
  ),
  never('regex', 'D-01', 'a regular expression that backtracks forever', "return /^(a+)+$/.test('a'.repeat(40) + 'b')"),
  never(
    'atomics-wait',
    'D-01',
    'sleeps in Atomics.wait',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  ),
  never(
    'wasm-loop',
    'D-01',
    'an endless loop in WebAssembly',
    'new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from([0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,8,1,0,10,9,1,7,0,3,64,12,0,11,11]))); return [NaN]',
  ),
  never(
    'bigint-power',
    'D-01',
    'a number of a billion digits',
    'let n = 3n; for (;;) n = (n * n) % (1n << 4000000n) + 1n',
  ),
  never('sort-for-ever', 'D-01', 'sorts with a comparison that waits', '[3, 2, 1].sort(() => { for (;;); })'),
  {
    id: 'ignore-signals',
    idea: 'D-06',
    title: 'ignores every signal and keeps running',
    code:
      "for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGXCPU', 'SIGPIPE', 'SIGALRM']) safe(() => process.on(s, () => {}))\n" +
      inScore('for (;;);'),
    seenAs: ['timeout'],
  },
  {
    id: 'drag',
    idea: 'D-07',
    title: 'uses almost the whole time limit at each call',
    code: inScore('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); return [NaN]'),
    seenAs: ['failed'],
  },
  bomb(
    'heap-bomb',
    'fills the heap',
    'const a = []; for (;;) a.push(Array.from({ length: 100000 }, (_, i) => i + 0.5))',
    ['out-of-memory', 'timeout'],
  ),
  bomb(
    'buffer-bomb',
    'fills memory outside the heap',
    'const a = []; for (;;) a.push(new Uint8Array(10 << 20).fill(1))',
  ),
  bomb(
    'shared-bomb',
    'fills shared memory',
    'const a = []; for (;;) a.push(new Uint8Array(new SharedArrayBuffer(10 << 20)).fill(1))',
  ),
  bomb(
    'resizable-bomb',
    'grows a resizable buffer',
    'const grown = new ArrayBuffer(0, { maxByteLength: 2 ** 32 }); for (let n = 1 << 20; ; n += 10 << 20) { grown.resize(n); new Uint8Array(grown).fill(1) }',
    ['error', 'out-of-memory'],
  ),
  bomb(
    'wasm-bomb',
    'grows WebAssembly memory',
    'const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 1000 }); new Uint8Array(m.buffer).fill(1); a.push(m) }',
  ),
  bomb(
    'wasm-shared-bomb',
    'grows shared WebAssembly memory',
    'const m = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true }); for (;;) { m.grow(160); new Uint8Array(m.buffer).fill(1) }',
    ['error', 'out-of-memory'],
  ),
  bomb('string-bomb', 'doubles a string', "let s = 'x'; for (;;) { s += s; Buffer.from(s) }", [
    'error',
    'out-of-memory',
  ]),
  bomb(
    'function-bomb',
    'compiles functions endlessly',
    "const a = []; for (let i = 0; ; i++) a.push(builtin('node:vm').runInThisContext('x => ' + 'x + '.repeat(5000) + i)(1))",
    ['timeout', 'out-of-memory'],
  ),
  bomb('listener-bomb', 'adds listeners without end', "for (;;) process.on('x', () => new Array(10000).fill(1.5))", [
    'timeout',
    'out-of-memory',
  ]),
  bomb(
    'allocate-and-return',
    'returns more data than fits in memory',
    'return Array.from({ length: 40 }, () => new Float64Array(1 << 20).fill(1))',
    ['error', 'out-of-memory', 'failed'],
  ),
  {
    id: 'print-100-mb',
    idea: 'D-05',
    title: 'prints 100 MB',
    code: inScore(
      'const block = Buffer.alloc(1 << 20, 65); for (let i = 0; i < 100; i++) sendAll(1, block); return [NaN]',
    ),
    seenAs: ['error'],
  },
  {
    id: 'one-long-line',
    idea: 'D-05',
    title: 'prints one line of 8 MB to stderr',
    code: inScore('sendAll(2, Buffer.alloc(8 << 20, 66)); return [NaN]'),
    seenAs: ['error'],
  },
  {
    id: 'fill-disk',
    idea: 'D-04',
    title: 'writes 200 MB to disk',
    code: "for (const folder of ['@@MARKS@@', '/tmp', '.', '/dev/shm']) safe(() => { for (let i = 0; i < 20; i++) builtin('node:fs').appendFileSync(folder + '/fill', Buffer.alloc(10 << 20, 1)) })",
    harmful: true,
  },
  {
    id: 'many-files',
    idea: 'D-04',
    title: 'makes a hundred thousand small files',
    code: "for (const folder of ['@@MARKS@@', '/tmp', '.']) safe(() => { for (let i = 0; i < 1e5; i++) builtin('node:fs').writeFileSync(folder + '/f' + i, '') })",
    harmful: true,
  },
  {
    id: 'sparse-file',
    idea: 'D-04',
    title: 'makes a sparse file of a terabyte',
    code: "for (const folder of ['@@MARKS@@', '/tmp']) safe(() => { const fd = builtin('node:fs').openSync(folder + '/sparse', 'w'); builtin('node:fs').ftruncateSync(fd, 2 ** 40) })",
    harmful: true,
  },
  {
    id: 'many-descriptors',
    idea: 'D-03',
    title: 'opens its own module a hundred thousand times',
    code: "const open = []; safe(() => { for (let i = 0; i < 1e5; i++) open.push(builtin('node:fs').openSync(import.meta.url.replace('file://', ''))) })",
  },
  {
    id: 'fork-bomb',
    idea: 'D-03',
    title: 'starts processes endlessly',
    code: "for (let i = 0; i < 500; i++) safe(() => builtin('node:child_process').spawn(process.execPath, ['-e', 'for(;;);', '@@MARKS@@']).on('error', () => {}))",
    harmful: true,
  },
  {
    id: 'thread-bomb',
    idea: 'D-03',
    title: 'starts threads endlessly',
    code: "for (let i = 0; i < 500; i++) safe(() => new (builtin('node:worker_threads').Worker)('for(;;);', { eval: true }).on('error', () => {}))",
    harmful: true,
  },
  {
    id: 'recursion-in-async',
    idea: 'D-01',
    title: 'endless asynchronous recursion',
    code: inScore('const f = async () => { await null; return f() }; return f()'),
    seenAs: ['timeout', 'out-of-memory'],
  },
  {
    id: 'recursion',
    idea: 'D-01',
    title: 'endless recursion',
    code: inScore('const f = n => 1 + f(n + 1); return f(0)'),
    seenAs: ['error'],
  },
]
