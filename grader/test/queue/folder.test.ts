import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SuiteHosts } from '@backprop/test-runner'
import { Cache } from '../../src/class/cache.ts'
import { FolderGrades } from '../../src/class/folder-grades.ts'
import { solutionDir } from '../../src/course.ts'
import { takeLabIn } from '../../src/intake/take-lab-in.ts'
import { prepareLab } from '../../src/pipeline/prepare-lab.ts'
import { jobFor } from '../../src/queue/grade-job.ts'
import { makeWorkFolder } from '../../src/sandbox/tiers/host.ts'
import { neuron } from '../tiny-labs.ts'
import { gradesContract } from './contract.ts'
import { DEMANDS, gradeFor, jobOf } from './jobs.ts'

gradesContract('this machine and a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'folder-grades-'))
  const [cache, staging] = ['cache', 'staging'].map(name => join(folder, name))
  mkdirSync(staging)
  const suites = new SuiteHosts(1, folder)
  const prepared = await prepareLab(neuron)
  const machine = { ...gradeFor(jobOf('any')).machine, tier: { id: 'D' as const, reason: 'it is everywhere' } }
  const bench = {
    ...{ labs: [prepared], machine, draws: { seed: 1 }, suites },
    ...{ now: () => new Date(), makeFolder: makeWorkFolder },
  }
  const open = () => Promise.resolve(new FolderGrades(bench, new Cache(cache, staging)))
  const demands = { ...DEMANDS, lab: neuron.manifest.id, suite: prepared.suiteHash, tiers: ['D' as const] }
  const solutionWith = async (name: string, more: string) => {
    const submission = join(folder, name)
    cpSync(solutionDir(neuron), submission, { recursive: true })
    appendFileSync(join(submission, neuron.manifest.edit[0]), more)
    return jobFor(await takeLabIn(submission, neuron), demands)
  }
  return {
    grades: await open(),
    jobs: [await solutionWith('one', ''), await solutionWith('other', '// other\n'), jobOf('broken', { lab: 'none' })],
    reopen: open,
    close: async () => {
      await suites.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
})
