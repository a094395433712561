import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuiteHosts } from '@backprop/test-runner'
import { afterAll, expect, test } from 'vitest'
import { type GradedLab, gradeLab } from '../src/pipeline/grade-lab.ts'
import { prepareLab } from '../src/pipeline/prepare-lab.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { solved, submissionOf } from './submissions.ts'
import { neuron } from './tiny-labs.ts'

/** The suites of a class run one after the other in the same process. A grade must not depend on whose came before. */

const { id: strongest } = await strongestTier()
const suites = new SuiteHosts(1)
const outside = mkdtempSync(join(tmpdir(), 'outside-'))
chmodSync(outside, 0o777) // the student's process may run as another user
const mark = join(outside, 'was-here')
afterAll(async () => {
  await suites.close()
  rmSync(outside, { recursive: true })
})

const only = { exercise: neuron.manifest.exercises[0].id }
const right = solved(neuron, [only.exercise])
const SUBMISSIONS = {
  right,
  throws: `console.log('before')\n${right.replace(/return .*/g, "throw new RangeError('no')")}`,
  leaves: `${right}\nsetTimeout(() => { throw new Error('late') }, 1)\n`,
  quits: right.replace(/return .*/g, 'process.exit(0)'),
  // Where nothing confines it, it leaves a process that goes on writing to where its answers went.
  outlives: `${right}
try {
  const write = () => { for (const fd of [3, 4]) try { require('fs').writeSync(fd, 'x') } catch {} }
  const code = "require('fs').writeFileSync('${mark}', ''); let n = 0; const write = " + write +
    "; const timer = setInterval(() => { if (++n > 60) clearInterval(timer); write() }, 100)"
  const options = { detached: true, stdio: ['ignore', 'ignore', 'ignore', 3, 4] }
  process.getBuiltinModule('node:child_process').spawn(process.execPath, ['-e', code], options).unref()
} catch {}
`,
}
type Name = keyof typeof SUBMISSIONS
const names = Object.keys(SUBMISSIONS) as Name[]

const timeless = (graded: GradedLab) => JSON.stringify(graded, (key, value: unknown) => (key === 'ms' ? 0 : value))

test.each([...new Set([strongest, 'D'] as const)])(
  'in tier %s every submission gets the same grade and the same log, whichever came before it',
  { timeout: 300_000 },
  async tier => {
    const options = { lab: neuron, prepared: await prepareLab(neuron), only, tier, draws: { seed: 1 } }
    const folders = new Map(names.map(name => [name, submissionOf(neuron, SUBMISSIONS[name])]))
    const grade = async (name: Name, hosts?: SuiteHosts) =>
      timeless(await gradeLab({ ...options, submission: folders.get(name) ?? '', suites: hosts }))
    const alone = new Map<Name, string>()
    for (const name of names) alone.set(name, await grade(name))
    expect(new Set(alone.values()).size, 'they differ').toBeGreaterThan(3)
    for (const name of [...names, ...names.toReversed()]) expect(await grade(name, suites), name).toBe(alone.get(name))
    expect(existsSync(mark), 'a process of a submission did something').toBe(tier === 'D')
  },
)
