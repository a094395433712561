import { SuiteHosts } from '@backprop/test-runner'
import { afterAll, expect, test } from 'vitest'
import { type GradedLab, gradeLab } from '../src/pipeline/grade-lab.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { solved, submissionOf } from './submissions.ts'
import { neuron } from './tiny-labs.ts'

/** The suites of a class run one after the other in the same process. A grade must not depend on whose came before. */

const { id: tier } = await strongestTier()
const suites = new SuiteHosts(1)
afterAll(() => suites.close())

const only = { exercise: neuron.manifest.exercises[0].id }
const right = solved(neuron, [only.exercise])
const SUBMISSIONS = {
  right,
  throws: `console.log('before')\n${right.replace(/return .*/g, "throw new RangeError('no')")}`,
  leaves: `${right}\nsetTimeout(() => { throw new Error('late') }, 1)\n`,
  quits: right.replace(/return .*/g, 'process.exit(0)'),
}
type Name = keyof typeof SUBMISSIONS
const names = Object.keys(SUBMISSIONS) as Name[]

const timeless = (graded: GradedLab) => JSON.stringify(graded, (key, value: unknown) => (key === 'ms' ? 0 : value))

test(
  'every submission gets the same grade and the same log, whichever came before it',
  { timeout: 300_000 },
  async () => {
    const options = { lab: neuron, prepared: await prepareLab(neuron), only, tier, draws: { seed: 1 } }
    const folders = new Map(names.map(name => [name, submissionOf(neuron, SUBMISSIONS[name])]))
    const grade = async (name: Name, hosts?: SuiteHosts) =>
      timeless(await gradeLab({ ...options, submission: folders.get(name) ?? '', suites: hosts }))
    const alone = new Map<Name, string>()
    for (const name of names) alone.set(name, await grade(name))
    expect(new Set(alone.values()).size, 'they differ').toBe(names.length)
    for (const name of [...names, ...names.toReversed()]) expect(await grade(name, suites), name).toBe(alone.get(name))
  },
)
