import { expect, test } from 'vitest'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { tinyCourse } from './class/tiny-course.ts'

test('limits of time stretch where tensors are computed: slow code passes that the usual limit ends', async () => {
  const course = await tinyCourse()
  // By CPU time, so that a busy machine changes nothing.
  const busy =
    'const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }\n' +
    'export const double = (x: number) => { const end = used() + 1.6; while (used() < end) {} return 2 * x }\n'
  course.hand('slow', `declare const process: { cpuUsage(): { user: number; system: number } }\n${busy}`)
  const limits = { ...course.lab.manifest.limits, callSeconds: 0.5 }
  const lab = {
    ...course.lab,
    manifest: { ...course.lab.manifest, limits, mayImport: { '@backprop/core': ['tensor'] } },
  }
  const options = {
    submission: `${course.submissions}/slow`,
    tier: 'D' as const,
    only: { exercise: 'double', test: 'small' },
  }
  const statusOf = async (from: typeof lab, slowness: number) =>
    (await gradeLab({ lab: from, ...options, slowness })).exercises[0].tests[0].status
  expect(await statusOf(lab, 1)).toBe('timeout')
  expect(await statusOf(lab, 8)).toBe('passed')
  expect(await statusOf({ ...course.lab, manifest: { ...lab.manifest, mayImport: {} } } as typeof lab, 8)).toBe(
    'timeout',
  )
})
