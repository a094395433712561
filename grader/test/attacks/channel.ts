import { type Attack, inScore, WAIT } from './attack.ts'

/** Attacks in the grader's own frames, on the descriptors that lead to it: X-09 … X-11, and what its decoder must bear. */

const sent = (
  id: string,
  title: string,
  body: string,
  seenAs: readonly string[] = ['tampered'],
  idea = 'X-09',
): Attack => ({
  id,
  idea,
  title,
  code: inScore(`${body}; return [NaN]`),
  seenAs,
})
/** An answer to the first call, whose value is hostile. */
const value = (id: string, title: string, json: string, seenAs?: readonly string[]): Attack =>
  sent(id, title, `sendAll(3, rawFrame(${JSON.stringify(`["a","return",1,true,${json}]`)}))`, seenAs, 'X-11')

/** Either the wrong answer is judged first, or the second one, which the attack itself returns, is read before that. */
const EITHER = ['tampered', 'failed']

export const CHANNEL: readonly Attack[] = [
  {
    id: 'forged-returns',
    idea: 'X-09',
    title: 'answers calls before they are made',
    code: "for (let id = 1; id < 50; id++) for (const fd of [3, 4]) sendAll(fd, frame(['a', 'return', id, true, ['a', 0]]))",
    seenAs: ['tampered'],
  },
  {
    id: 'forged-on-timer',
    idea: 'X-09',
    title: 'sends plausible answers from a timer',
    code: "setInterval(() => { for (let id = 1; id < 8; id++) sendAll(3, frame(['a', 'return', id, true, ['u']])) }, 1)",
  },
  {
    id: 'thread-forges-answers',
    idea: 'X-09',
    title: 'sends plausible answers from a thread that outlives each call',
    code: `safe(() => new (builtin('node:worker_threads').Worker)('const fs = require("node:fs"), bytes = Buffer.from(require("node:worker_threads").workerData); for (;;) try { fs.writeSync(3, bytes) } catch {}', { eval: true, execArgv: [], workerData: frame(['a', 'return', 2, true, ['u']]) }).on('error', () => {}))
${inScore(WAIT)}`,
    // Not 'tampered': there is no such thread.
    seenAs: ['failed'],
  },
  sent(
    'replayed-return',
    'the same answer twice',
    "for (let i = 0; i < 2; i++) sendAll(3, frame(['a', 'return', 1, true, ['a', 0]]))",
    ['tampered', 'failed'],
  ),
  sent(
    'callback-never-offered',
    'calls functions of the grader that were never offered',
    "for (let id = 0; id < 9; id++) sendAll(4, frame(['a', 'callback', id, ['a', 1]]))",
    EITHER,
  ),
  sent(
    'callback-odd-ids',
    'calls back with invalid ids',
    "for (const id of ['__proto__', 'constructor', -1, 1e308, null, ['a']]) sendAll(4, frame(['a', 'callback', id, ['a']]))",
    EITHER,
  ),
  sent(
    'wrong-channel',
    'sends calls where callbacks are expected',
    "sendAll(4, frame(['a', 'hello'])); sendAll(4, frame(['a', 'ready', ['a']]))",
    EITHER,
  ),
  sent(
    'report-a-score',
    'reports invented points, statuses and tests',
    "for (const kind of ['score', 'points', 'passed', 'result', 'finished', 'done']) sendAll(3, frame(['a', kind, 100, true]))",
  ),
  sent(
    'say-ready-again',
    'greets and loads a second time, and fails to load like a stub',
    "sendAll(3, frame(['a', 'hello'])); sendAll(3, frame(['a', 'ready', ['a', 'score']])); sendAll(3, frame(['a', 'failed-to-load', ['e', 'NotImplemented', 'x', '']]))",
    ['not-started'],
  ),
  {
    id: 'ready-before-loaded',
    idea: 'X-09',
    title: 'reports that it has loaded, then loops forever',
    code: "sendAll(3, frame(['a', 'ready', ['a', 'score']])); for (;;);",
    seenAs: ['timeout'],
  },
  sent(
    'garbage',
    'garbage on every descriptor',
    "for (let fd = 3; fd < 40; fd++) safe(() => builtin('node:fs').writeSync(fd, Buffer.from('ffffffff00000000deadbeef', 'hex')))",
  ),
  sent(
    'close-descriptors',
    'closes every descriptor, including the one for its answers',
    "for (let fd = 0; fd < 40; fd++) safe(() => builtin('node:fs').closeSync(fd))",
    ['error', 'timeout'],
  ),
  value('tensor-uncalled-for', 'a tensor in a lab that has none', '["x","Tensor",["a",["t",0,0,"f32"],["a",0],false]]'),
  value('length-of-its-own', 'an object with a length, which no honest process sends', '["o","length",1e15]'),
  value('prototype-key', 'an object with the key __proto__', '["o","__proto__",["o","polluted",1]]'),
  value(
    'constructor-keys',
    'an object with keys that lead to prototypes',
    '["o","constructor",["o","prototype",["o","polluted",1]],"then",1,"toJSON",2,"length",7]',
    EITHER,
  ),
  value('matcher-object', 'an object with a function asymmetricMatch', '["a",["o","asymmetricMatch",["f",1,"yes"]]]'),
  value(
    'thenable-object',
    'an object with a function then, which is never called back',
    '["o","then",["f",1,"never"]]',
  ),
  value('json-object', 'a JSON object where only lists travel', '{"polluted":1}'),
  value('short-generator', 'a generator with one word of state', '["x","Rng",["a",1]]'),
  value('zero-generator', 'a generator whose state is all zeros', '["x","Rng",["a",0,0,0,0]]'),
  value(
    'lying-shape',
    'a tensor whose shape does not fit its data',
    '["x","Tensor",["a",["t",0,0,"f32"],["a",1000000,1000000],false]]',
  ),
  value(
    'endless-shape',
    'an empty tensor with 2⁵³ columns',
    '["x","Tensor",["a",["t",0,0,"f32"],["a",0,9007199254740991],false]]',
  ),
  value('unknown-class', 'a class that was never agreed on', '["x","AssertionError",["a"]]'),
  value('odd-ids', 'handles and functions with invalid ids', '["a",["h",-1.5,"x"],["f","1","y"]]'),
  value('borrowed-back', 'things that the grader never lent', '["a",["b",1],["b",2],["b",0]]', EITHER),
  value('special-numbers', 'special numbers with the names of methods', '["a",["n","constructor"]]'),
  value('halved-letters', 'names made of lone surrogates and escapes', '["h",7,"\\ud800\\u001b[31m"]', EITHER),
  sent(
    'overlapping-ranges',
    'the same 16 MB in 400 typed arrays',
    "const n = 1 << 24; sendAll(3, rawFrame(JSON.stringify(['a', 'return', 1, true, ['a', ...Array(400).fill(['t', 0, n, 'u8'])]]), Buffer.alloc(n)))",
    ['tampered'],
    'D-02',
  ),
  sent(
    'newline-errors',
    'two hundred errors of 16,000 empty lines each',
    "const lines = '\\n'.repeat(16000); sendAll(3, frame(['a', 'return', 1, true, ['a', ...Array(80).fill(['e', lines, lines, lines])]]))",
    EITHER,
    'D-01',
  ),
  sent(
    'colliding-keys',
    'a Map with a hundred thousand numbers as keys',
    "sendAll(3, frame(['a', 'return', 1, true, ['m', ...Array.from({ length: 2e5 }, (_, i) => i / 3)]]))",
    ['tampered'],
    'D-01',
  ),
  sent(
    'giant-frame',
    'announces a frame of 4 GB and streams into it',
    "sendAll(3, Buffer.from('ffffffff', 'hex')); for (let i = 0; i < 200; i++) if (sendAll(3, Buffer.alloc(1 << 20)) < 1 << 20) break",
    ['tampered'],
    'D-02',
  ),
  sent(
    'slow-frame',
    'sends a frame of 60 MB byte by byte',
    "sendAll(3, Buffer.from('00008003', 'hex')); for (;;) sendAll(3, Buffer.alloc(1))",
    ['timeout'],
    'D-02',
  ),
  sent(
    'deep-json',
    'a frame of three million nested lists',
    "const n = 3e6, text = Buffer.alloc(2 * n, '['); text.fill(']', n); sendAll(3, rawFrame(text))",
    ['tampered'],
    'D-01',
  ),
  sent(
    'wide-json',
    'a frame of half a million values, again and again',
    "const wide = frame(['a', 'return', 999999, true, ['a', ...Array(4e5).fill(['u'])]]); for (;;) if (sendAll(3, wide) < wide.length) break",
    ['tampered'],
    'D-01',
  ),
  sent(
    'answer-flood',
    'two million answers without a call',
    "const block = Buffer.concat(Array(5000).fill(frame(['a', 'return', 99999, true, 1]))); for (let i = 0; i < 400; i++) if (sendAll(3, block) < block.length) break",
  ),
  sent(
    'greeting-flood',
    'greets endlessly',
    "const block = Buffer.concat(Array(50000).fill(frame(['a', 'hello']))); for (;;) if (sendAll(3, block) < block.length) break",
    ['error', 'timeout'],
    'D-05',
  ),
]
