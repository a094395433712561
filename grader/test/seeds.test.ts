import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { editsOf, loadSeedTable, writeVariant } from '../src/authoring/variants.ts'
import { seeds } from '../src/cli/seeds-command.ts'
import { findLabs, solutionDir } from '../src/course.ts'
import { run } from './running.ts'
import { type SmallLab, smallLab } from './small-lab.ts'

const HIDDEN = `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'

const test = submissionTest('small')

exercise('small', () => {
  test('value', async ({ student, rng, note }) => {
    const value = await student.value(rng.integer(1000))
    note('reached ' + value.toFixed(3) + ' and kept ' + (value / 2).toFixed(3))
    expect(value, 'the value').toBeGreaterThan(500)
  })
})
`

const TABLE = {
  exercise: 'small',
  columns: { reached: 'reached ([\\d.]+) and kept ([\\d.]+)', lost: 'lost ([\\d.]+)' },
  variants: {
    halved: { why: 'half of it', edits: [{ file: 'src/small.ts', find: '1000', replace: '0' }] },
    'as a file': { why: 'another file', edits: [{ file: 'src/small.ts', from: 'other.ts' }] },
    gone: { why: 'a text that is not there', edits: [{ file: 'src/small.ts', find: '2000', replace: '0' }] },
  },
}

describe('pnpm grade seeds', () => {
  let small: SmallLab
  beforeAll(async () => {
    small = await smallLab(['value'], HIDDEN)
    const solution = solutionDir(small.lab)
    writeFileSync(
      join(solution, 'src/small.ts'),
      '// SOLUTION(small): Be large.\nexport const value = (draw: number) => 1000 + draw / 2048\n// END\n',
    )
    writeFileSync(join(solution, 'other.ts'), 'export const value = (draw: number) => 700 + 0 * draw\n')
    writeFileSync(join(solution, 'seeds.json'), JSON.stringify(TABLE))
    const mutant = { id: 'never', file: 'src/small.ts', find: '1000 + ', replace: '', loses: ['small'], why: 'wrong' }
    writeFileSync(join(solution, 'mutants.json'), JSON.stringify([mutant]))
  })
  afterAll(() => rmSync(small.root, { recursive: true }))

  const measure = (...args: string[]) => run(seeds, ['1', ...args], { course: small.root })

  test('prints a row for each seed and variant, with the numbers in the notes, in order', async () => {
    const { code, stdout } = await measure('--seeds', '3-4', '--variants', 'reference,halved,as a file,never')
    expect(code).toBe(0)
    const rows = stdout
      .trim()
      .split('\n')
      .map(line => line.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '')))
    expect(rows[0]).toEqual(['seed', 'variant', 'reached', 'lost', 'points', 'time', 'backend'])
    expect(rows.slice(2).map(([seed, variant, , lost, points]) => [seed, variant, lost, points])).toEqual([
      ['3', 'reference', '', '100 of 100'],
      ['3', 'halved', '', '0 of 100'],
      ['3', 'as a file', '', '100 of 100'],
      ['3', 'never', '', '0 of 100'],
      ['4', 'reference', '', '100 of 100'],
      ['4', 'halved', '', '0 of 100'],
      ['4', 'as a file', '', '100 of 100'],
      ['4', 'never', '', '0 of 100'],
    ])
    const reached = rows.slice(2).map(row => row[2])
    expect(reached[0]).toMatch(/^1000\.\d{3} \/ 500\.\d{3}$/)
    expect(reached[4], 'another seed draws another number').not.toBe(reached[0])
    expect(reached[2]).toBe('700.000 / 350.000')
  })

  test.each([
    [
      ['--variants', 'unheard-of'],
      'There is no variant "unheard-of": expected one of reference, halved, as a file, gone, or the id of a mutant.',
    ],
    [['--variants', 'gone'], 'seeds.json: expected its text once in src/small.ts, got 0 times.'],
    [['--seeds', '5-1'], 'Expected a seed such as 7, or at most 1000 of them such as 1-5.'],
    [['--seeds', '0-1000'], 'Expected a seed such as 7, or at most 1000 of them such as 1-5.'],
  ])('refuses %j', async (args, message) => {
    await expect(measure(...args)).rejects.toThrow(message)
  })

  test('a lab without the table says what is missing', async () => {
    await expect(run(seeds, ['1'])).rejects.toThrow('solutions/01-perceptron/seeds.json is missing')
  })
})

test('the variants of every lab can be made', async () => {
  let count = 0
  for (const lab of await findLabs('all')) {
    if (!existsSync(join(solutionDir(lab), 'seeds.json'))) continue
    const table = await loadSeedTable(lab)
    for (const name of Object.keys(table.variants)) {
      const folder = mkdtempSync(join(tmpdir(), 'variant-'))
      try {
        const edits = await editsOf(name, table, lab)
        await writeVariant(lab, edits, folder)
        const { file } = edits[0]
        const solution = readFileSync(join(solutionDir(lab), file), 'utf8')
        expect(readFileSync(join(folder, file), 'utf8'), `${lab.manifest.id}: ${name}`).not.toBe(solution)
        count++
      } finally {
        rmSync(folder, { recursive: true })
      }
    }
  }
  expect(count).toBeGreaterThan(10)
})
