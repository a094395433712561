import { LabManifest } from '@backprop/course'
import { describe, expect, test } from 'vitest'
import { checkReadme, correctReadme } from '../src/authoring/readme.ts'

/** The headings of a README against `lab.json`, one thing wrong at a time. */

const MANIFEST = LabManifest.parse({
  id: '04-lab',
  title: 'A lab',
  points: 10,
  edit: ['src/a.ts'],
  mayImport: {},
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 1, memoryMB: 64 },
  exercises: [
    { id: 'sum', title: 'Sums', tests: [{ id: 'a', weight: 6, concept: 'a sum' }] },
    { id: 'mean', title: 'Means', tests: [{ id: 'a', weight: 3, concept: 'a mean' }] },
    { id: 'quiz', title: 'Quiz', tests: [{ id: 'a', weight: 1, concept: 'a question' }] },
  ],
})
const README = `# Lab 04 · A lab

About 1 hour · 10 points · no other lab required.

## The idea

## 1. The sum — \`sum\` · 6 points

Text.

## Between

## 2. The mean — \`mean\` · 3 points

## 3. Quiz — \`quiz\` · 1 point
`
const check = (change: (readme: string) => string): string[] => {
  const readme = change(README)
  expect(readme, 'the change changes something').not.toBe(README)
  return checkReadme(readme, MANIFEST)
}

test('a README in order', () => {
  expect(checkReadme(README, MANIFEST)).toEqual([])
  expect(correctReadme(README, MANIFEST)).toBe(README)
})

describe('what a heading says', () => {
  test.each([
    ['other points', '`mean` · 3 points', '`mean` · 4 points'],
    ['no points', '`mean` · 3 points', '`mean`'],
    ['another number', '## 2. The', '## 7. The'],
    ['no number', '## 2. The', '## The'],
    ['a dash of another kind', 'mean — `mean`', 'mean - `mean`'],
    ['no dash', 'mean — `mean`', 'mean `mean`'],
  ])('%s', (_, right, wrong) => {
    const readme = README.replace(right, wrong)
    const got = readme.split('\n')[12]
    expect(checkReadme(readme, MANIFEST)).toEqual([
      `labs/04-lab/README.md:13: expected "## 2. The mean — \`mean\` · 3 points", got "${got}": run "pnpm grade check 04-lab --fix"`,
    ])
    expect(correctReadme(readme, MANIFEST)).toBe(README)
  })

  test('points of one', () => {
    expect(check(text => text.replace('1 point\n', '1 points\n'))).toEqual([
      expect.stringMatching(/README\.md:15: expected ".* 1 point", got ".* 1 points"/),
    ])
  })

  test('the points of the lab, in its introduction', () => {
    expect(check(text => text.replace('10 points', '100 points'))).toEqual([
      expect.stringMatching(
        /README\.md:3: expected "About 1 hour · 10 points · .*", got "About 1 hour · 100 points · /,
      ),
    ])
  })
})

describe('which sections there are', () => {
  test('one is missing', () => {
    expect(check(text => text.replace(/## 2.*\n/, ''))).toEqual([
      'labs/04-lab/README.md: expected a section "## 2. Means — `mean` · 3 points", found none',
    ])
  })

  test('one is of no exercise', () => {
    expect(check(text => text.replace('## Between', '## The median — `median`'))).toEqual([
      'labs/04-lab/README.md:11: "median" is not an exercise of lab.json; expected one of sum, mean, quiz',
    ])
  })

  test('one appears twice', () => {
    expect(check(text => text.replace('## Between', '## 1. More — `sum` · 6 points'))).toEqual([
      'labs/04-lab/README.md:11: a second section for "sum"; the first is on line 7',
    ])
  })

  test('two are in the wrong order', () => {
    const swap = (text: string) =>
      text.replace(/(## 2\. .*\n)\n(## 3\. .*\n)/, (_, mean: string, quiz: string) => `${quiz}\n${mean}`)
    expect(check(swap)).toEqual([
      'labs/04-lab/README.md:13: expected the section of "mean", got that of "quiz": put the sections in the order of lab.json',
    ])
  })
})
