import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findLabs, solutionDir } from '../../src/course.ts'
import { expectedStubs } from '../../src/intake/stubs.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'
import { Arena } from '../attacks/arena.ts'
import { handIn } from '../attacks/trial.ts'

/** Cheats that lab 10 invites and that are more than a change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('10')
const STUBS = Object.fromEntries(await expectedStubs(lab))
const FILES = ['tokens', 'attention', 'positions', 'heads', 'block', 'network'].map(name => `src/${name}.ts`)
const SOLUTION = Object.fromEntries(FILES.map(file => [file, readFileSync(join(solutionDir(lab), file), 'utf8')]))
const TRAINED = ['better-than-nouns', 'full', 'looks-right']

interface Variant {
  readonly id: string
  readonly why: string
  readonly edits: readonly (readonly [find: string, replace: string])[]
}
/** Networks that read less than they should, as changes to the solution: frequencies, a mean, no positions, one block. */
const VARIANTS = JSON.parse(readFileSync(join(solutionDir(lab), 'cheap/edits.json'), 'utf8')) as Variant[]

function edited(edits: Variant['edits']): string {
  let text = SOLUTION['src/network.ts']
  for (const [find, replace] of edits) {
    expect(text, 'the solution has what the edit changes').toContain(find)
    text = text.replace(find, () => replace)
  }
  return text
}

/** `fit` replaced by a body that trains nothing. */
const fit = (body: string): Variant['edits'] => [
  ['  const { on, rng, steps, onStep } = options\n', `  const { on, rng, steps, onStep } = options\n  ${body}\n`],
]

const UNTRAINED: readonly Variant[] = [
  {
    id: 'random',
    why: 'a network that was never trained',
    edits: fit(`for (let step = 1; step <= steps; step += 1) onStep?.(step, 9)
  if (rng.uniform() < 2) return makeTransformer(vocabulary(sentences.map(({ words }) => words)), SETTINGS, { on, rng })`),
  },
  {
    id: 'all-sentences',
    why: 'a vocabulary of whole sentences',
    edits: fit(`for (let step = 1; step <= steps; step += 1) onStep?.(step, 9)
  const words = [...vocabulary(sentences.map(({ words }) => words)), ...sentences.slice(0, 2000).map(sentence => sentence.words.join(' '))]
  if (rng.uniform() < 2) return makeTransformer(words, SETTINGS, { on, rng })`),
  },
  {
    id: 'too-wide',
    why: 'a network that is large enough to remember all sentences',
    edits: fit(`for (let step = 1; step <= steps; step += 1) onStep?.(step, 9)
  if (rng.uniform() < 2) return makeTransformer(vocabulary(sentences.map(({ words }) => words)), { ...SETTINGS, d: 512 }, { on, rng })`),
  },
  {
    id: 'a-function',
    why: 'a function that guesses, which is no transformer',
    edits: fit(`for (let step = 1; step <= steps; step += 1) onStep?.(step, 9)
  if (rng.uniform() < 2) return (() => ['it']) as unknown as Transformer`),
  },
]

async function passed(network: string): Promise<string[]> {
  await using arena = await Arena.open()
  const files = { ...STUBS, ...SOLUTION, 'src/network.ts': network }
  const submission = handIn({ id: 'cheat', idea: 'L', title: '', code: '', files }, arena)
  const only = { exercise: 'masked-words' }
  const { problem, exercises } = await gradeLab({ lab, submission, tier, backend: 'wasm', only })
  expect(problem, 'it was really run').toBeNull()
  const tests = exercises.find(({ id }) => id === 'masked-words')?.tests ?? []
  expect(tests.length, 'there are such tests').toBeGreaterThan(0)
  return tests.filter(({ points }) => points > 0).map(({ id }) => id)
}

describe('cheats in lab 10', () => {
  test.each([...UNTRAINED, ...VARIANTS])('L-10 $id: $why', async ({ edits }) => {
    const found = await passed(edited(edits))
    expect(found.filter(id => TRAINED.includes(id))).toEqual([])
  })
})
