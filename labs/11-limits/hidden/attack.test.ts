import { tensor } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { expectRefusal, oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { attacked, batch, type Case, drawCase, steadyCase } from './cases.ts'
import { expectRows, rowsOf } from './checks.ts'
import { halved } from './digits.ts'
import { type Attack, classOf, layersOf, randomNet, trainNet } from './reference.ts'

type Module = typeof import('#lab/attack')
const test = submissionTest<Module>('attack', { keepsArguments: ['fgsm', 'pgd'] })

type Given = Pick<SubmissionFixtures<Module>, 'student' | 'on' | 'rng'>

async function expectFast({ student, on, rng }: Given, epsilon: number, sizes: number[]): Promise<void> {
  const attack = { epsilon, stepSize: epsilon, steps: 1 }
  const { net, images, labels } = steadyCase(() => drawCase(sizes, 4, rng), attack, rng)
  const found: unknown = await student.fgsm(layersOf(net, on), batch(images, on), labels, epsilon)
  expectRows(found, attacked({ net, images, labels }, attack), `one step of ${epsilon}`)
}

async function expectSteps(
  { student, on, rng }: Given,
  attack: Attack,
  isTargeted = false,
  sizes = [5, 8, 3],
): Promise<void> {
  const direction = isTargeted ? -1 : 1
  const { net, images, labels } = steadyCase(() => drawCase(sizes, 3, rng), attack, rng, direction)
  const options = isTargeted ? { ...attack, isTargeted } : attack
  const found: unknown = await student.pgd(layersOf(net, on), batch(images, on), labels, options)
  const { epsilon, stepSize, steps } = attack
  expectRows(
    found,
    attacked({ net, images, labels }, attack, direction),
    `${steps} steps of ${stepSize} within ${epsilon}`,
  )
}

// Measured over seeds; the table and the margins are in the solution's design.md.
const STRENGTH = { epsilon: 0.1, plain: 0.75, fast: 0.25, strong: 0.2, targeted: 0.2 }

/** Our network, and digits to attack it with. */
const ours = oncePerSubmission(async ({ rng }: Pick<Given, 'rng'>) => {
  const mnist = await loadMnist()
  const chosen = rng.permutation(mnist.train.count).subarray(0, 3000)
  const net = randomNet([196, 32, 10], rng)
  const labels = Uint8Array.from(chosen, i => mnist.train.labels[i])
  trainNet(net, { images: halved(mnist.train, chosen), labels }, { epochs: 3, rng })
  const judged = rng.permutation(mnist.test.count).subarray(0, 300)
  return { net, images: halved(mnist.test, judged), right: Uint8Array.from(judged, i => mnist.test.labels[i]) }
})

exercise('attack', () => {
  test('worked-example', async ({ student, on, rng }) => {
    const layer = { inSize: 2, outSize: 2, weight: Float64Array.of(1, -1, 0, 1), bias: new Float64Array(2) }
    const x = tensor([[0.2, 0.4]], { on })
    const found: unknown = await student.fgsm(layersOf([layer], on), x, Uint8Array.of(0), 0.3)
    expectRows(found, [[0, 0.7]], 'the numbers of the README')
    // A submission may have memorised that answer.
    await expectFast({ student, on, rng }, 0.05, [2, 2])
  })

  test('fgsm', async ({ student, on, rng }) => {
    for (const epsilon of [0, 0.01, 0.1, 0.3, 1]) await expectFast({ student, on, rng }, epsilon, [6, 7, 3])
    // A pixel that the network ignores has no slope, and stays.
    const attack = { epsilon: 0.1, stepSize: 0.1, steps: 1 }
    const blinded = (): Case => {
      const { net, images, labels } = steadyCase(() => drawCase([4, 6, 3], 5, rng), attack, rng)
      for (let j = 0; j < 6; j += 1) net[0].weight[6 + j] = 0
      const found = { net, images: images.map(image => image.with(1, 0.4)), labels }
      // Where all neurons are silent, nothing moves.
      return attacked(found, attack).some((image, i) => image[0] !== images[i][0]) ? found : blinded()
    }
    const { net, images, labels } = blinded()
    const found = rowsOf(await student.fgsm(layersOf(net, on), batch(images, on), labels, 0.1), [5, 4], 'five images')
    for (const row of found) expect(row[1], 'a pixel without a slope').toBeNear(0.4, { absolute: 1e-6 })
    const moved = found.filter((row, i) => row[0] !== images[i][0])
    expect(moved.length, 'images of which other pixels move').toBeGreaterThan(0)
  })

  test('pgd', async ({ student, on, rng }) => {
    for (const steps of [1, 2, 5]) await expectSteps({ student, on, rng }, { epsilon: 0.5, stepSize: 0.04, steps })
    await expectSteps({ student, on, rng }, { epsilon: 0.1, stepSize: 0.05, steps: 0 })
    await expectSteps({ student, on, rng }, { epsilon: 0.3, stepSize: 0.05, steps: 3 }, false, [4, 3])
  })

  test('ball', async ({ student, on, rng }) => {
    for (const attack of [
      { epsilon: 0.1, stepSize: 0.04, steps: 6 },
      { epsilon: 0.05, stepSize: 0.2, steps: 3 },
      { epsilon: 0, stepSize: 0.1, steps: 2 },
      { epsilon: 2, stepSize: 0.3, steps: 4 },
    ])
      await expectSteps({ student, on, rng }, attack)
  })

  test('targeted', async ({ student, on, rng }) => {
    await expectSteps({ student, on, rng }, { epsilon: 0.2, stepSize: 0.03, steps: 4 }, true)
    await expectSteps({ student, on, rng }, { epsilon: 0.05, stepSize: 0.1, steps: 2 }, true)
    await expectSteps({ student, on, rng }, { epsilon: 0.2, stepSize: 0.05, steps: 3 }, false)
  })

  test('strength', async ({ student, on, rng, note }) => {
    const { net, images, right } = await ours({ rng })
    const share = (rows: readonly Float64Array[], classes: Uint8Array) =>
      rows.filter((x, i) => classOf(net, x) === classes[i]).length / rows.length
    const { epsilon } = STRENGTH
    const within = (result: unknown) => {
      const rows = rowsOf(result, [300, 196], 'as many images as before')
      const isNear = rows.every((row, i) =>
        row.every((value, k) => Math.abs(value - images[i][k]) <= epsilon + 1e-5 && value >= 0 && value <= 1),
      )
      expect(isNear, 'each pixel changes by at most ε, and stays a pixel').toBe(true)
      return rows
    }
    const [layers, x] = [layersOf(net, on), batch(images, on)]
    const fast = share(within(await student.fgsm(layers, x, right, epsilon)), right)
    const ten = { epsilon, stepSize: epsilon / 4, steps: 10 }
    const strong = share(within(await student.pgd(layers, x, right, ten)), right)
    const wanted = right.map(label => (label + 1) % 10)
    const heard = share(within(await student.pgd(layers, x, wanted, { ...ten, isTargeted: true })), wanted)
    const plain = share(images, right)
    const numbers = [plain, fast, strong, heard].map(value => value.toFixed(3))
    note(`our network: clean ${numbers[0]}, your fgsm ${numbers[1]}, your pgd ${numbers[2]}, targets hit ${numbers[3]}`)
    expect(plain, 'the network reads clean images').toBeGreaterThan(STRENGTH.plain)
    expect(fast, 'what it still reads after fgsm').toBeLessThan(STRENGTH.fast)
    expect(strong, 'what it still reads after pgd').toBeLessThan(STRENGTH.strong)
    expect(heard, 'the images that are read as the attacker wants').toBeGreaterThan(STRENGTH.targeted)
  })

  test('refusals', async ({ student, on, rng }) => {
    const { net, images, labels } = drawCase([3, 4, 2], 2, rng)
    const [layers, x] = [layersOf(net, on), batch(images, on)]
    for (const bad of [-0.1, -1e-9, NaN]) {
      await expectRefusal(student.fgsm(layers, x, labels, bad), `ε = ${bad}`)
      await expectRefusal(student.pgd(layers, x, labels, { epsilon: bad, stepSize: 0.1, steps: 1 }), `ε = ${bad}`)
      await expectRefusal(student.pgd(layers, x, labels, { epsilon: 0.1, stepSize: bad, steps: 1 }), `step ${bad}`)
    }
    // A function that rejects everything earns nothing.
    await expectFast({ student, on, rng }, 0.1, [3, 2])
    await expectSteps({ student, on, rng }, { epsilon: 0.1, stepSize: 0.05, steps: 1 })
    await expectSteps({ student, on, rng }, { epsilon: 0.1, stepSize: 0, steps: 1 })
  })
})
