import { softwareVulkan } from '@backprop/backend-tfjs/software-vulkan'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { findLabs, solutionDir } from '../src/course.ts'
import { gradeLab } from '../src/pipeline/grade-lab.ts'
import { OWN_BACKENDS } from '../src/sandbox/device/backends.ts'
import { TIER_IDS } from '../src/sandbox/tiers/tiers.ts'
import { strongestTier, tryTier } from '../src/sandbox/try-tier.ts'
import { submissionOf, untouched } from './submissions.ts'

/** Lab 01 in every tier of isolation, and lab 05 on every backend. */

const { id: tier } = await strongestTier()
const [perceptron] = await findLabs('01')
const { exercises } = perceptron.manifest
const [mlp] = await findLabs('05')
const statuses = await Promise.all(TIER_IDS.map(id => tryTier(id)))

describe.concurrent('grading lab 01', () => {
  describe.each(statuses)('in tier $id', ({ id, available, reason }) => {
    test.skipIf(!available /* the reason is in the name */)(`the solution gets full marks (${reason})`, async () => {
      const graded = await gradeLab({ lab: perceptron, submission: solutionDir(perceptron), tier: id })
      expect(graded).toMatchObject({ points: 100, problem: null, unlisted: [] })
    })

    test.skipIf(!available)('a stub that is run gets nothing, and is seen as not started', async () => {
      const graded = await gradeLab({
        lab: perceptron,
        submission: untouched(perceptron),
        tier: id,
        evenIfUntouched: true,
      })
      expect(graded.points).toBe(0)
      expect(graded.exercises.map(each => each.status)).toEqual(exercises.map(() => 'not-started'))
    })

    test.skipIf(!available)('an error while a file loads is shown with its line', async () => {
      const submission = submissionOf(perceptron, "const first: number = 1\nthrow new Error('here')\n")
      const only = { exercise: exercises[0].id }
      const graded = await gradeLab({ lab: perceptron, submission, tier: id, only })
      const message = 'While your file was loading: Error: here\nat src/perceptron.ts:2'
      expect(graded.exercises[0].tests[0].message).toBe(message)
    })
  })
})

describe.concurrent('grading lab 05', () => {
  test.each([
    ...OWN_BACKENDS.map(backend => ({ backend, brokered: false })),
    { backend: 'wasm', brokered: true } as const,
  ])('the solution gets full marks on $backend, behind the broker: $brokered', async ({ backend, brokered }) => {
    const graded = await gradeLab({ lab: mlp, submission: solutionDir(mlp), tier, backend, brokered })
    expect(graded).toMatchObject({ points: 100, problem: null, unlisted: [] })
    const [note] = graded.exercises.find(({ id }) => id === 'accuracy')?.tests[0].notes ?? []
    expect(note).toMatch(backend === 'plain' ? /20000 of 60000 images/ : /60000 of 60000 images/)
  })
})

const vulkan = Object.entries(softwareVulkan())
describe('grading on WebGPU', () => {
  beforeAll(() => vulkan.forEach(([name, value]) => vi.stubEnv(name, value)))
  afterAll(() => void vi.unstubAllEnvs())

  // The device lives in a separate process, which finds the Vulkan that is named here.
  test.skipIf(vulkan.length === 0)(
    'one exercise of lab 05, on a GPU that a processor plays (skipped where Debian’s chromium is not installed)',
    async () => {
      const dense = { lab: mlp, tier, only: { exercise: 'dense' }, seed: 3, submission: solutionDir(mlp) }
      const gpu = await gradeLab({ ...dense, backend: 'webgpu', allowSoftware: true })
      const wasm = await gradeLab({ ...dense, backend: 'wasm' })
      expect(gpu.exercises.find(({ id }) => id === 'dense')?.status).toBe('passed')
      expect(gpu.points).toBe(wasm.points)
      expect(gpu.receipt).toMatchObject({ device: expect.stringContaining('swiftshader') as string })
      expect(gpu.receipt?.checked).toBeGreaterThan(500)
      expect(gpu.receipt?.reads).toBeGreaterThan(10)
      expect(wasm.receipt).toBeUndefined()
      await expect(gradeLab({ ...dense, backend: 'webgpu' })).rejects.toThrow(
        'the device failed while 05-mnist-mlp was graded, and again on a second try: webgpu: the only adapter is swift',
      )
    },
  )
})
