import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Edit, loadSeedTable, writeVariant } from '../../src/authoring/variants.ts'
import { findLabs } from '../../src/course.ts'
import { gradeLab } from '../../src/pipeline/grade-lab.ts'
import { strongestTier } from '../../src/sandbox/try-tier.ts'

/** Cheats that lab 10 invites and that are more than a change to its solution; those are its mutants. */

const { id: tier } = await strongestTier()
const [lab] = await findLabs('10')
const TRAINED = ['better-than-nouns', 'full', 'looks-right']

interface Cheat {
  readonly id: string
  readonly why: string
  readonly edits: readonly Edit[]
}
/** Networks that read less than they should, as changes to the solution: frequencies, a mean, no positions, one block. */
const { variants } = await loadSeedTable(lab)
const WEAK = Object.entries(variants).map(([id, variant]): Cheat => ({ id, ...variant }))

/** `fit` replaced by a body that trains nothing. */
const fit = (body: string): readonly Edit[] => {
  const find = '  const { on, rng, steps, onStep } = options\n'
  return [{ file: 'src/network.ts', find, replace: `${find}  ${body}\n` }]
}

const UNTRAINED: readonly Cheat[] = [
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

async function passed(edits: readonly Edit[]): Promise<string[]> {
  const submission = mkdtempSync(join(tmpdir(), 'cheat-'))
  try {
    await writeVariant(lab, edits, submission)
    const only = { exercise: 'masked-words' }
    const { problem, exercises } = await gradeLab({ lab, submission, tier, backend: 'wasm', only })
    expect(problem, 'it was really run').toBeNull()
    const tests = exercises.find(({ id }) => id === 'masked-words')?.tests ?? []
    expect(tests.length, 'there are such tests').toBeGreaterThan(0)
    return tests.filter(({ points }) => points > 0).map(({ id }) => id)
  } finally {
    rmSync(submission, { recursive: true })
  }
}

describe('cheats in lab 10', () => {
  test.each([...UNTRAINED, ...WEAK])('L-10 $id: $why', async ({ edits }) => {
    const found = await passed(edits)
    expect(found.filter(id => TRAINED.includes(id))).toEqual([])
  })
})
