import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@backprop/testkit'
import { makePoints } from '../src/data/points.ts'
import { exportCode } from '../src/page/plane/export-code.ts'
import { DEFAULT_SETUP, type Setup } from '../src/setup/setup.ts'

const PACKAGE = resolve(import.meta.dirname, '..')
const FOLDER = join(PACKAGE, '.cache', 'exported')
const LAUNCH = resolve(PACKAGE, '../launch/launch.mjs')

interface Scores {
  readonly loss: number
  readonly accuracy?: number
}

/** Runs the program of a set-up in Node, as a student would. */
async function run(name: string, setup: Setup, epochs: number): Promise<{ before: Scores; after: Scores }> {
  const { train, test } = makePoints(setup)
  const file = join(FOLDER, `${name}.ts`)
  await mkdir(FOLDER, { recursive: true })
  await writeFile(file, exportCode({ setup, train, test, epochs }))
  const { stdout } = await promisify(execFile)(process.execPath, [LAUNCH, file])
  await rm(file)
  return JSON.parse(stdout) as { before: Scores; after: Scores }
}

const layers = (...neurons: number[]) => neurons.map(count => ({ neurons: count, dropout: 0 }))

const examples: Record<string, [Partial<Setup>, epochs: number]> = {
  clouds: [{ dataset: 'gauss', layers: [] }, 5],
  classes: [{ dataset: 'classes', classes: 3, layers: layers(8), rule: 'adam', learningRate: 0.03, init: 'he' }, 20],
  hills: [{ problem: 'regression', regDataset: 'reg-gauss', layers: layers(6), rule: 'momentum', init: 'glorot' }, 5],
  penalized: [
    {
      dataset: 'circle',
      features: ['xSquared', 'ySquared'],
      layers: [{ neurons: 3, dropout: 0.1, activation: 'relu' }],
      loss: 'logistic',
      penalty: 'L1',
      penaltyRate: 0.001,
      schedule: 'cosine',
      rule: 'rmsprop',
    },
    5,
  ],
  decayed: [
    {
      dataset: 'xor',
      layers: layers(6),
      rule: 'adamw',
      penalty: 'L2',
      penaltyRate: 0.01,
      activation: 'gelu',
      schedule: 'step',
    },
    10,
  ],
}

for (const [name, [part, epochs]] of Object.entries(examples)) {
  test(`the exported program runs and learns: ${name}`, async () => {
    const { before, after } = await run(name, { ...DEFAULT_SETUP, ...part }, epochs)
    expect(after.loss).toBeLessThan(before.loss)
    if (name === 'clouds') expect(after.accuracy).toBe(1)
  })
}
