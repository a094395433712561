import { describe, expect, test } from 'vitest'
import { findLabs } from '../src/course.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { Arena } from './attacks/arena.ts'
import { PERCEPTRON_EXPORTS } from './attacks/learning.ts'
import { handIn, LIMITS } from './attacks/trial.ts'

/**
 * Every function of a lab answers with things that no test expects, through the wall. Each gets a verdict and no points.
 * `odd-answers.full.test.ts` tries many more, in all labs, in one process.
 */

const ODD = [
  ...[
    'null',
    'undefined',
    'true',
    "''",
    "'constructor'",
    '0n',
    '-0',
    'NaN',
    '[]',
    '[[]]',
    '[null]',
    '[[1, [2]]]',
    '{}',
  ],
  ...['{ w: null, b: null, mistakes: null, losses: null }', '{ w: [[1]], b: "0", mistakes: {}, losses: [{}] }'],
  ...['{ weight: null, bias: 1 }', '{ weight: [1], bias: { value: { data: [0] } } }', '{ length: 7 }', '{ loss: {} }'],
  ...[
    '[{ loss: null }, null, 7]',
    'new Map([[1, 2]])',
    'new Set([1])',
    'new Date(0)',
    '/x/',
    "new Error('x')",
    '() => 1',
  ],
  ...[
    'async () => 1',
    'class {}',
    'new (class Model { w = 1; step() {} })()',
    'new Float64Array(3)',
    'new Uint8Array(0)',
  ],
  ...['Object.create(null)', 'new Proxy({}, {})', 'Object.assign([1], { then: 1 })', "Array(9).fill('x'.repeat(1e4))"],
  ...[
    'new Array(1e5).fill(0)',
    'Array.from({ length: 1e4 }, () => ({ w: 1 }))',
    'globalThis',
    'Symbol.iterator',
    'eval',
  ],
]

/** Which of them is returned depends on what is asked, and on `offset`. */
const answering = (
  names: readonly string[],
  offset: number,
) => `const odd = [\n${ODD.map(value => `  () => (${value}),`).join('\n')}\n]
const answer = (...args) => odd[(${offset} + JSON.stringify(args, (_, x) => (typeof x === 'object' && x?.shape ? 0 : x))?.length) % odd.length]()
${names.map((name, i) => `export const ${name} = ${i % 2 ? 'async ' : ''}(...args) => answer(${i}, ...args)`).join('\n')}
`

const { id: tier } = await strongestTier()
const [[perceptron], [mlp]] = [await findLabs('01'), await findLabs('05')]
const LABS = [
  { lab: perceptron, names: [...PERCEPTRON_EXPORTS, 'quiz'] },
  { lab: mlp, names: ['dense', 'countParameters', 'forward', 'split', 'train', 'evaluate', 'fit', 'quiz'] },
]

describe.concurrent('odd answers', () => {
  for (const { lab, names } of LABS) {
    test.each([13])(`${lab.manifest.id}, those from %i on`, async offset => {
      await using arena = await Arena.open()
      const files = Object.fromEntries(lab.manifest.edit.map(file => [file, answering(names, offset)]))
      const submission = handIn({ id: '', idea: 'R-03', title: '', code: '', files }, arena)
      const limits = { ...LIMITS, loadSeconds: 10, memoryMB: 512, wallSeconds: 120 }
      const graded = await gradeLab({ lab: { ...lab, manifest: { ...lab.manifest, limits } }, submission, tier })
      expect(graded).toMatchObject({ problem: null, points: 0 })
    })
  }
})
