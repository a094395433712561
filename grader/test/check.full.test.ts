import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openCourse } from '../../test/course/open-course.ts'
import { checkLab, fixLab } from '../src/authoring/check.ts'
import { checkMutants, type Grade, type MutantOptions } from '../src/authoring/mutants.ts'
import { findLabs } from '../src/course.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'

/** `grade check` on a tiny lab with one thing broken at a time; fixture-course.test.ts checks it whole. */

const { id: tier } = await strongestTier()
let root: string
const lab = () => join(root, 'labs/01-neuron')
const solution = () => join(root, 'solutions/01-neuron')

beforeEach(() => {
  root = openCourse()
})

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  expect(after, 'the change changes something').not.toBe(before)
  writeFileSync(file, after)
}

const quietly = { signal: new AbortController().signal, say: () => {} }

async function complaints(): Promise<string[]> {
  const [copy] = await findLabs('01', root)
  return checkLab(copy, { ...quietly, tier, backend: 'plain', mutants: 'none', seeds: 0 })
}

/** Keeps only the mutants of this text. */
const onlyMutants = (list: unknown) => writeFileSync(join(solution(), 'mutants.json'), JSON.stringify(list))

test('a lab that is done in the tree of the course itself is graded, not taken for its stub', async () => {
  cpSync(join(solution(), 'src'), join(lab(), 'src'), { recursive: true })
  const [copy] = await findLabs('01', root)
  expect(await gradeLab({ lab: copy, submission: root, tier })).toMatchObject({ points: 100 })
})

describe('grade check', () => {
  test('a stub that was edited by hand', async () => {
    edit(join(lab(), 'src/neuron.ts'), text => text.replace('The scores', 'Some scores'))
    expect(await complaints()).toEqual([
      'src/neuron.ts differs from the stub of its solution: run "pnpm grade check 01-neuron --fix"',
    ])
    const [copy] = await findLabs('01', root)
    expect(await fixLab(copy)).toEqual(['labs/01-neuron/src/neuron.ts'])
    expect(await fixLab(copy), 'and then it is in order').toEqual([])
  })

  test('an exercise id that the manifest does not know', async () => {
    edit(join(lab(), 'lab.json'), text => text.replace('"id": "predict"', '"id": "predictions"'))
    expect(await complaints()).toEqual([
      'the stubs (// TODO(id): …): exercise "predictions" is missing',
      'the stubs (// TODO(id): …): "predict" is not an exercise of lab.json',
      expect.stringContaining(
        'README.md:13: "predict" is not an exercise of lab.json; expected one of score, predictions',
      ),
      'labs/01-neuron/README.md: expected a section "## 2. From score to class — `predictions` · 30 points", found none',
      'hints.md (## id): exercise "predictions" is missing',
      'hints.md (## id): "predict" is not an exercise of lab.json',
      'the visible tests: exercise "predictions" is missing',
      'the visible tests: "predict" is not an exercise of lab.json',
    ])
  })

  test('a hidden test that the manifest does not list, and one that the suite does not have', async () => {
    edit(join(lab(), 'lab.json'), text => text.replace('"id": "one-row"', '"id": "single-row"'))
    expect(await complaints()).toEqual([
      'the stub of score is "missing" with 0 points, not "not started"',
      'the solution does not pass score/single-row: missing',
      'the hidden test score/one-row is not in lab.json',
    ])
  })

  test('a hint without its third level', async () => {
    edit(join(lab(), 'hints.md'), text => text.replace(/### 3\n[^#]*/, ''))
    expect(await complaints()).toEqual(['hints.md: "score" needs the levels ### 1, ### 2 and ### 3, each with a text'])
  })

  test('a solution that does not pass', async () => {
    edit(join(solution(), 'src/neuron.ts'), text => text.replace('s < 0 ? -1 : 1', 's <= 0 ? -1 : 1'))
    expect((await complaints()).join('\n')).toContain('the solution fails the visible test')
  })

  test('mutants that survive, spill over, or are too few', async () => {
    const mutant = { file: 'src/neuron.ts', why: 'a test' }
    onlyMutants([
      { ...mutant, id: 'harmless', find: 'map(s => (s < 0 ?', replace: 'map(s => (0 > s ?', loses: ['predict'] },
      { ...mutant, id: 'elsewhere', find: 'map(s => (s < 0 ? -1 : 1))', replace: 'map(() => 1)', loses: ['score'] },
    ])
    const [copy] = await findLabs('01', root)
    const tooFew = copy.manifest.exercises.map(({ id }) => {
      const count = ['score', 'predict'].includes(id) ? 1 : 0
      return `mutants.json: expected at least 3 mutants that lose ${id}, got ${count}`
    })
    const survivors = [
      'mutant harmless (a test) survives: predict keeps all its points',
      'mutant elsewhere (a test) survives: score keeps all its points',
    ]
    const grade: Grade = (submission, only) => gradeLab({ lab: copy, submission, tier, only, evenIfUntouched: true })
    const check = (mutants: MutantOptions['mutants']) => checkMutants(copy, { ...quietly, mutants }, grade)
    for (const run of ['all', 'quick'] as const)
      expect(await check(run), run).toEqual([
        ...tooFew,
        ...survivors,
        'mutant elsewhere (a test) also loses points on predict',
        'mutant elsewhere (a test) also loses points on accuracy',
      ])
    expect(await check('own'), 'what else is lost').toEqual([...tooFew, ...survivors])
  })
})
