import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCourse } from '../../test/course/open-course.ts'
import { checkLab } from '../src/authoring/check.ts'
import { newCommand } from '../src/cli/new-command.ts'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { run } from './running.ts'

/** What `pnpm grade new` makes passes `pnpm grade check`, and a mistake planted in it does not. */

const { id: tier } = await strongestTier()

const TABLE = `# Course

| lab                                 | what you build |
| ----------------------------------- | -------------- |
| [01-neuron](labs/01-neuron/README.md) | one neuron |

Text.
`

function openWithTable(): string {
  const course = openCourse()
  writeFileSync(join(course, 'README.md'), TABLE)
  return course
}

async function check(course: string, name: string): Promise<string[]> {
  const [lab] = await findLabs(name, course)
  const { signal } = new AbortController()
  return checkLab(lab, { tier, backend: 'plain', mutants: 'quick', seeds: 1, signal, say: () => {} })
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8')
  const after = change(before)
  expect(after, 'the change changes something').not.toBe(before)
  writeFileSync(file, after)
}

describe('pnpm grade new', () => {
  test('an exercise: what it consists of, before the quiz, and points that follow', async () => {
    const course = openCourse()
    const { code, stdout } = await run(newCommand, ['exercise', '01', 'hinge-loss'], { course })
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      '✎ solutions/01-neuron/src/hinge-loss.ts',
      '✎ labs/01-neuron/src/hinge-loss.ts',
      '✎ labs/01-neuron/test/hinge-loss.test.ts',
      '✎ labs/01-neuron/hidden/hinge-loss.test.ts',
      '✎ labs/01-neuron/lab.json',
      '✎ labs/01-neuron/README.md',
      '✎ labs/01-neuron/hints.md',
      '✎ solutions/01-neuron/mutants.json',
      '',
      'Next: pnpm grade check 01-neuron',
      '',
    ])
    const readme = readFileSync(join(course, 'labs/01-neuron/README.md'), 'utf8')
    expect(readme.match(/^## .*/gm)).toEqual([
      '## 1. The score of a batch — `score` · 28 points',
      '## 2. From score to class — `predict` · 28 points',
      '## 3. The share of right answers — `accuracy` · 28 points',
      '## 4. Hinge loss — `hinge-loss` · 7 points',
      '## 5. Quiz — `quiz` · 9 points',
    ])
    expect(await check(course, '01')).toEqual([])

    const lab = join(course, 'labs/01-neuron')
    edit(join(lab, 'README.md'), text => text.replace('`hinge-loss` · 7', '`hinge-loss` · 8'))
    edit(join(course, 'solutions/01-neuron/src/hinge-loss.ts'), text => text.replace('at least one', 'some'))
    expect(await check(course, '01'), 'the planted mistakes').toEqual([
      'src/hinge-loss.ts differs from the stub of its solution: run "pnpm grade check 01-neuron --fix"',
      expect.stringMatching(/README\.md:\d+: expected "## 4. Hinge loss — `hinge-loss` · 7 points", got ".* 8 points"/),
    ])
  })

  test('a lab: one exercise, a quiz, and a row in the table of labs', async () => {
    const course = openWithTable()
    const { code, stdout } = await run(newCommand, ['lab', '03-attention'], { course })
    expect({ code, files: stdout.split('\n').filter(line => line.startsWith('✎')).length }).toEqual({
      code: 0,
      files: 20,
    })
    expect(readFileSync(join(course, 'README.md'), 'utf8')).toContain(`
| lab                                         | what you build |
| ------------------------------------------- | -------------- |
| [01-neuron](labs/01-neuron/README.md)       | one neuron     |
| [03-attention](labs/03-attention/README.md) | attention      |

Text.
`)
    for (const kind of ['labs', 'solutions'])
      symlinkSync(
        join(COURSE_ROOT, 'labs/05-mnist-mlp/node_modules'),
        join(course, kind, '03-attention/node_modules'),
        'junction',
      )
    expect(await check(course, '03')).toEqual([])
  })

  const REFUSED = [
    [['exercise', '01', 'score'], '01-neuron already has an exercise "score". Choose another name.'],
    [['exercise', '01', 'neuron'], 'solutions/01-neuron/src/neuron.ts already exists. Choose another name'],
    [['exercise', '01', 'Hinge'], 'name must be lowercase words joined by hyphens, such as hinge-loss; got "Hinge"'],
    [['exercise', '01', '../out'], 'got "../out"'],
    [['exercise', '01', 'delete'], '"delete" cannot be the name of a function here. Choose an id other than'],
    [['exercise', '01', 'expect'], '"expect" cannot be the name of a function here'],
    [['exercise', '01'], 'pnpm grade new exercise LAB ID'],
    [['exercise', 'all', 'hinge-loss'], 'Expected one lab, got "all"'],
    [['exercise', '09', 'hinge-loss'], 'There is no lab "09". The labs are: 01-neuron, 02-scale.'],
    [['lab', '01-other'], 'The number 01 belongs to 01-neuron. Choose another number.'],
    [['lab', 'attention'], 'name must be two digits and words, such as 08-attention; got "attention"'],
    [['course', '03'], 'Allowed choices are lab, exercise'],
  ] as const

  test('refuses with the fix, and writes nothing', async () => {
    const course = openWithTable()
    for (const [args, message] of REFUSED)
      await expect(run(newCommand, args, { course }), args.join(' ')).rejects.toThrow(message)
    expect((await findLabs('all', course)).map(({ manifest }) => manifest.exercises.length)).toEqual([4, 2])
  })

  test('--help shows an example of each', async () => {
    const { stdout } = await run(newCommand, ['--help'])
    expect(stdout).toContain('pnpm grade new lab 08-attention')
    expect(stdout).toContain('pnpm grade new exercise 01 hinge-loss')
  })
})
