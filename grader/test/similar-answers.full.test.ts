import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rng } from '@backprop/core'
import { describe, expect, test } from 'vitest'
import { DEFAULT_THRESHOLD } from '../src/cli/similar-command.ts'
import { calibrate, labOne } from './similar/calibration.ts'
import { DISGUISES } from './similar/disguises.ts'
import { fileOf, independentAnswers } from './similar/independent.ts'
import { outcomeOf } from './similar/outcome.ts'

const { stub } = await labOne()
const independent = (seed: number) => fileOf(independentAnswers(rng(seed)), stub)

describe('the answers that the thresholds are measured with', () => {
  test('200 independent ones are right, and no two are the same', async () => {
    const texts = Array.from({ length: 200 }, (_, i) => independent(i + 1))
    const right = await outcomeOf(
      readFileSync(join(import.meta.dirname, '../../solutions/01-perceptron/src/perceptron.ts'), 'utf8'),
    )
    for (const text of texts) expect(await outcomeOf(text), text).toEqual(right)
    expect(new Set(texts).size).toBe(200)
  })

  test.each(Object.entries(DISGUISES))('a copy is right: %s', async (_, disguise) => {
    for (let seed = 1; seed <= 10; seed++) {
      const [text, copy] = [independent(seed), disguise(independent(seed), rng(seed))]
      expect(copy).not.toBe(text)
      expect(await outcomeOf(copy), copy).toEqual(await outcomeOf(text))
    }
  })

  test('the default threshold finds every disguised copy and no pair of strangers', async () => {
    const { copies, innocent } = await calibrate({ students: 60, copied: 6, classes: 1 })
    const threshold = DEFAULT_THRESHOLD / 100
    for (const [how, found] of Object.entries(copies))
      if (!how.startsWith('half')) expect(Math.min(...found), how).toBeGreaterThanOrEqual(threshold)
    for (const [where, { pairs }] of Object.entries(innocent)) expect(Math.max(...pairs), where).toBeLessThan(threshold)
  })
})
