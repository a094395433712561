import { type Rng, rng as generator } from '@backprop/core'
import { loadMnist } from '@backprop/datasets/node'
import { oncePerSubmission, type SubmissionFixtures, submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import { type Case, drawCase } from './cases.ts'
import { expectNumbers, netOf } from './checks.ts'
import { disguise, draw as sample, PIXELS, pixelsOf } from './digits.ts'
import {
  adamFor,
  classOf,
  climb,
  fast,
  layersOf,
  lossGradient,
  lossOf,
  type Net,
  strong,
  zerosLike,
} from './reference.ts'

type Module = typeof import('#lab/defence')
type Given = Omit<SubmissionFixtures<Module>, 'elsewhere'>
const test = submissionTest<Module>('defence', { callSeconds: 200 })

// Measured over seeds; the tables and the margins are in the solution's design.md.
const EPSILON = 0.1
const EPOCHS = 3
const IMAGES = { fast: 12_000, plain: 4000 }
const JUDGED = 500
const CLEAN = 0.88
/** A network that reads fewer clean images than this has given up reading, whatever it stands. */
const READS = 0.85
const FAST = 0.64
const STRONG = 0.62
const LITTLE = 0.05

interface Settings {
  epochs: number
  learningRate: number
  epsilon: number
  steps: number
  /** 1.5 · ε / steps unless given. */
  stepSize?: number
}

const copyOf = (net: Net): Net =>
  net.map(layer => ({ ...layer, weight: layer.weight.slice(), bias: layer.bias.slice() }))

/** The losses of the reference when one batch holds all examples. */
function lossesOf({ net: start, images, labels }: Case, settings: Settings): number[] {
  const { epochs, learningRate, epsilon, steps, stepSize = (1.5 * epsilon) / steps } = settings
  const net = copyOf(start)
  const step = adamFor(net, learningRate)
  return Array.from({ length: epochs }, () => {
    const attack = { epsilon, steps, stepSize }
    const both = images.flatMap((x, i) =>
      [x, climb(x, attack, at => lossGradient(net, at, labels[i]))].map(image => ({ image, label: labels[i] })),
    )
    const loss = both.reduce((sum, { image, label }) => sum + lossOf(net, image, label), 0) / both.length
    const gradients = zerosLike(net)
    for (const { image, label } of both) lossGradient(net, image, label, gradients, 1 / both.length)
    step(gradients)
    return loss
  })
}

/** Examples with which rounding decides no sign on the way. */
function steady(settings: Settings, count: number, rng: Rng, sizes: readonly number[] = [4, 6, 3]): Case {
  for (;;) {
    const found = drawCase(sizes, count, rng)
    const losses = lossesOf(found, settings)
    const isSteady = [1, 2, 3].every(() => {
      const net = found.net.map(layer => ({ ...layer, weight: layer.weight.map(w => w + 3e-6 * rng.normal()) }))
      return lossesOf({ ...found, net }, settings).every((loss, i) => Math.abs(loss - losses[i]) < 1e-4)
    })
    // Most attacks of three steps end in the same corner of the ball, however long the steps: not this one.
    const bySize = lossesOf(found, { ...settings, stepSize: settings.epsilon })
    const isTelling = settings.steps < 3 || bySize.some((loss, i) => Math.abs(loss - losses[i]) > 3e-3)
    if (isSteady && isTelling) return found
  }
}

const dataOf = ({ images, labels }: Case) => ({ images: Float32Array.from(images.flatMap(x => [...x])), labels })

// A few steps of Adam amplify the rounding of 32 bits.
const CLOSE = { relative: 1e-3, absolute: 3e-4 }

/** The student's network, judged by the grader's own attacks. */
async function trainOnce({ student, on, backend, rng, secret, progress, note }: Given, draw: number) {
  const mnist = await loadMnist()
  const same = disguise(secret(`disguise ${draw}`))
  const train = sample(mnist.train, backend === 'plain' ? IMAGES.plain : IMAGES.fast, rng, same)
  const heldOut = sample(mnist.test, JUDGED, secret(`held-out ${draw}`), same)
  const onEpoch = (epoch: unknown) => {
    if (typeof epoch === 'number') progress(`epoch ${epoch} of ${EPOCHS} is done`, Math.min(1, epoch / EPOCHS))
  }
  const options = { on, rng: generator(rng.integer(1_000_000)), epochs: EPOCHS, epsilon: EPSILON, onEpoch }
  const net = balanced(netOf(await student.fit(train.images, train.labels, options), PIXELS, 10))
  const right = { clean: 0, fast: 0, strong: 0 }
  for (const [i, label] of heldOut.labels.entries()) {
    const x = pixelsOf(heldOut, i)
    if (classOf(net, x) !== label) continue
    right.clean += 1
    if (classOf(net, fast(net, x, label, EPSILON)) !== label) continue
    right.fast += 1
    if (classOf(net, strong(net, x, label, EPSILON)) === label) right.strong += 1
  }
  const shares = { clean: right.clean / JUDGED, fast: right.fast / JUDGED, strong: right.strong / JUDGED }
  note(
    `trained on ${train.labels.length} images, ${EPOCHS} epochs; of ${JUDGED} held-out images, ` +
      `clean ${shares.clean.toFixed(3)}, after one step ${shares.fast.toFixed(3)}, after ten ${shares.strong.toFixed(3)}`,
  )
  return shares
}

/** The same function with weights of at most 1: huge or tiny ones must not hide the gradient in rounding. */
function balanced(net: Net): Net {
  let scale = 1
  return net.map(layer => {
    const most = layer.weight.reduce((top, w) => Math.max(top, Math.abs(w)), 0) || 1
    scale *= most
    return { ...layer, weight: layer.weight.map(w => w / most), bias: layer.bias.map(b => b / scale) }
  })
}

/** Another draw decides if the first misses a mark by little, so bad luck must strike twice to cost points. */
async function trainAndJudge(fixtures: Given) {
  const first = await trainOnce(fixtures, 1)
  const missed = first.clean <= CLEAN || first.fast <= FAST || first.strong <= STRONG
  const isNear = first.clean > READS && first.fast > FAST - LITTLE && first.strong > STRONG - LITTLE
  if (!missed || !isNear || fixtures.backend === 'plain') return first
  const second = await trainOnce(fixtures, 2)
  return {
    clean: Math.max(first.clean, second.clean),
    fast: Math.max(first.fast, second.fast),
    strong: Math.max(first.strong, second.strong),
  }
}

/** Training is expensive: the first test that needs it trains, and the others reuse the network. */
const trained = oncePerSubmission(trainAndJudge)

exercise('defence', () => {
  test('losses', async ({ student, on, rng }) => {
    for (const { sizes, ...settings } of [
      { sizes: [4, 6, 3], epochs: 5, learningRate: 0.02, epsilon: 0.1, steps: 1 },
      { sizes: [4, 6, 3], epochs: 4, learningRate: 0.01, epsilon: 0.2, steps: 3 },
      { sizes: [4, 6, 3], epochs: 3, learningRate: 0.02, epsilon: 0, steps: 2 },
      { sizes: [5, 3], epochs: 3, learningRate: 0.02, epsilon: 0.1, steps: 2 },
    ]) {
      const found = steady(settings, 5, rng, sizes)
      const options = { ...settings, on, rng: generator(rng.integer(1000)) }
      for (const batchSize of [5, 20]) {
        const losses: unknown = await student.robustTrain(layersOf(found.net, on), dataOf(found), {
          ...options,
          batchSize,
        })
        expectNumbers(losses, lossesOf(found, settings), 'the loss of each epoch when one batch holds all', CLOSE)
      }
    }
  })

  test('batches', async ({ student, on, rng }) => {
    // With a learning rate of 0 the order makes no difference: each epoch shows the mean over all examples.
    for (const [count, batchSize] of [
      [7, 3],
      [5, 4],
      [1, 2],
    ]) {
      const settings = { epochs: 2, learningRate: 0, epsilon: 0.15, steps: 2 }
      const found = steady(settings, count, rng)
      const options = { ...settings, batchSize, on, rng: generator(rng.integer(1000)) }
      const losses: unknown = await student.robustTrain(layersOf(found.net, on), dataOf(found), options)
      expectNumbers(losses, lossesOf(found, settings), `${count} examples in batches of ${batchSize}`, CLOSE)
    }
  })

  test('new-order', async ({ student, on, rng }) => {
    const found = drawCase([4, 6, 3], 12, rng)
    const seeded = async (seed: number): Promise<unknown> => {
      const settings = {
        epochs: 4,
        learningRate: 0.05,
        epsilon: 0.05,
        steps: 1,
        batchSize: 2,
        on,
        rng: generator(seed),
      }
      const losses: unknown = await student.robustTrain(layersOf(found.net, on), dataOf(found), settings)
      expect(losses, 'one loss for each epoch').toHaveShape([4])
      return losses
    }
    const seed = rng.integer(1_000_000)
    const losses = (await seeded(seed)) as number[]
    expectNumbers(await seeded(seed), losses, 'the same seed gives the same orders', CLOSE)
    // 12 examples make 10,395 sets of pairs in each of four epochs: the same ones only once in 10¹⁶ runs.
    expect(await seeded(seed + 1), 'a different seed gives different orders').not.toBeNear(losses, CLOSE)
    const first = steady({ epochs: 1, learningRate: 0.05, epsilon: 0.05, steps: 1 }, 12, rng)
    const all = { epochs: 1, learningRate: 0.05, epsilon: 0.05, steps: 1, batchSize: 12, on, rng: generator(seed) }
    const once: unknown = await student.robustTrain(layersOf(first.net, on), dataOf(first), all)
    expectNumbers(once, lossesOf(first, all), 'the loss is real', CLOSE)
  })

  test('on-epoch', async ({ student, on, rng }) => {
    const heard: unknown[][] = []
    const settings = { epochs: 3, learningRate: 0.01, epsilon: 0.1, steps: 1 }
    const found = steady(settings, 6, rng)
    const onEpoch = (...news: unknown[]) => void heard.push(news)
    const options = { ...settings, batchSize: 6, on, rng: generator(1), onEpoch }
    await student.robustTrain(layersOf(found.net, on), dataOf(found), options)
    expectNumbers(
      heard.map(([epoch]) => epoch),
      [1, 2, 3],
      'called once after each epoch, with its number',
    )
    expectNumbers(
      heard.map(([, loss]) => loss),
      lossesOf(found, settings),
      'and with its loss',
      CLOSE,
    )
  })

  test('clean', async ({ student, on, backend, rng, secret, progress, note }) => {
    const { clean } = await trained({ student, on, backend, rng, secret, progress, note })
    expect(clean, 'the share of clean images that it reads').toBeGreaterThan(backend === 'plain' ? READS : CLEAN)
  })

  test('one-step', async ({ student, on, backend, rng, secret, progress, note }) => {
    const shares = await trained({ student, on, backend, rng, secret, progress, note })
    expect(shares.clean, 'it still reads clean images').toBeGreaterThan(READS)
    expect(shares.fast, 'the share that it reads after one step of the attack').toBeGreaterThan(FAST)
  })

  test('ten-steps', async ({ student, on, backend, rng, secret, progress, note }) => {
    const shares = await trained({ student, on, backend, rng, secret, progress, note })
    expect(shares.clean, 'it still reads clean images').toBeGreaterThan(READS)
    expect(shares.strong, 'the share that it reads after ten steps of the attack').toBeGreaterThan(STRONG)
  })
})
