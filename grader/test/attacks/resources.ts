import { inScore, type Attack } from './attack.ts'

/** Attacks on time, memory, disk and the grader's own patience. */
export const RESOURCES: readonly Attack[] = [
  { id: 'loop-on-import', title: 'an endless loop while loading', code: 'for (;;);', seenAs: ['timeout'] },
  { id: 'loop-in-function', title: 'an endless loop in a function', code: inScore('for (;;);'), seenAs: ['timeout'] },
  {
    id: 'microtasks',
    title: 'an endless chain of microtasks',
    code: inScore('const f = () => queueMicrotask(f); f(); return new Promise(() => {})'),
    seenAs: ['timeout'],
  },
  {
    id: 'never-resolves',
    title: 'a promise that never settles',
    code: inScore('setInterval(() => {}, 1e6); return new Promise(() => {})'),
    seenAs: ['timeout'],
  },
  {
    id: 'top-level-await',
    title: 'a module that never finishes loading',
    code: 'await new Promise(() => setInterval(() => {}, 1000))',
    seenAs: ['timeout'],
  },
  {
    id: 'regex',
    title: 'a regular expression that backtracks for ever',
    code: inScore("return /^(a+)+$/.test('a'.repeat(40) + 'b')"),
    seenAs: ['timeout'],
  },
  {
    id: 'atomics-wait',
    title: 'sleeps in Atomics.wait',
    code: inScore('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'),
    seenAs: ['timeout'],
  },
  {
    id: 'heap-bomb',
    title: 'fills the heap',
    code: inScore('const a = []; for (;;) a.push(Array.from({ length: 100000 }, (_, i) => i + 0.5))'),
    seenAs: ['out-of-memory'],
  },
  {
    id: 'buffer-bomb',
    title: 'fills memory outside the heap',
    code: inScore('const a = []; for (;;) a.push(new Uint8Array(10 << 20).fill(1))'),
    seenAs: ['out-of-memory'],
  },
  {
    id: 'wasm-bomb',
    title: 'grows WebAssembly memory',
    code: inScore(
      'const a = []; for (;;) { const m = new WebAssembly.Memory({ initial: 1000 }); new Uint8Array(m.buffer).fill(1); a.push(m) }',
    ),
    seenAs: ['out-of-memory'],
  },
  {
    id: 'string-bomb',
    title: 'doubles a string',
    code: inScore("let s = 'x'; for (;;) { s += s; Buffer.from(s) }"),
    seenAs: ['error', 'out-of-memory'],
  },
  {
    id: 'print-100-mb',
    title: 'prints 100 MB',
    code: inScore(
      'const block = Buffer.alloc(1 << 20, 65); for (let i = 0; i < 100; i++) sendAll(1, block); return [NaN]',
    ),
    seenAs: ['error'],
  },
  {
    id: 'one-long-line',
    title: 'prints one line of 8 MB to stderr',
    code: inScore('sendAll(2, Buffer.alloc(8 << 20, 66)); return [NaN]'),
    seenAs: ['error'],
  },
  {
    id: 'fill-disk',
    title: 'writes 200 MB to disk',
    code: "for (const folder of ['@@MARKS@@', '/tmp', '.', '/dev/shm']) safe(() => { for (let i = 0; i < 20; i++) builtin('node:fs').appendFileSync(folder + '/fill', Buffer.alloc(10 << 20, 1)) })",
  },
  {
    id: 'fork-bomb',
    title: 'starts processes and threads without end',
    code: "for (let i = 0; i < 500; i++) { safe(() => builtin('node:child_process').spawn(process.execPath, ['-e', 'for(;;);']).on('error', () => {})); safe(() => new (builtin('node:worker_threads').Worker)('for(;;);', { eval: true }).on('error', () => {})) }",
  },
  {
    id: 'sparse-array',
    title: 'an array of length 2³² − 1',
    code: inScore('const a = []; a.length = 4294967295; return a'),
    seenAs: ['error'],
  },
  {
    id: 'huge-object',
    title: 'a huge tree of objects',
    code: inScore(
      "const make = d => (d === 0 ? 'x'.repeat(50) : Object.fromEntries(Array.from({ length: 12 }, (_, i) => ['k' + i, make(d - 1)]))); return [make(6)]",
    ),
    seenAs: ['error', 'timeout', 'out-of-memory'],
  },
  { id: 'large-list', title: 'a list of five million numbers', code: inScore('return new Array(5e6).fill(1)') },
  {
    id: 'cyclic',
    title: 'a value that contains itself',
    code: inScore('const a = []; a.push(a); return a'),
    seenAs: ['error'],
  },
  {
    id: 'recursion',
    title: 'recursion without end',
    code: inScore('const f = n => 1 + f(n + 1); return f(0)'),
    seenAs: ['error'],
  },
  {
    id: 'giant-frame',
    title: 'announces a frame of 4 GB and streams into it',
    code: inScore(
      "sendAll(3, Buffer.from('ffffffff', 'hex')); for (let i = 0; i < 200; i++) if (sendAll(3, Buffer.alloc(1 << 20)) < 1 << 20) break; return []",
    ),
    seenAs: ['tampered'],
  },
  {
    id: 'deep-json',
    title: 'a frame of three million nested lists',
    code: inScore(
      "const n = 3e6, text = Buffer.alloc(2 * n, '['); text.fill(']', n); const head = Buffer.alloc(8); head.writeUInt32LE(4 + text.length, 0); head.writeUInt32LE(text.length, 4); sendAll(3, Buffer.concat([head, text])); return []",
    ),
    seenAs: ['tampered'],
  },
  {
    id: 'answer-flood',
    title: 'two million answers that nobody asked for',
    code: inScore(
      "const block = Buffer.concat(Array(5000).fill(frame(['a', 'return', 99999, true, 1]))); for (let i = 0; i < 400; i++) if (sendAll(3, block) < block.length) break; return []",
    ),
    seenAs: ['tampered'],
  },
]
