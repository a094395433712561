import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listLabs } from '@backprop/course'
import { UsageError } from '../errors.ts'
import { stubOf } from '../intake/stubs.ts'
import { exerciseFiles, grownFiles, titleOf, writeFiles, type CourseFiles } from './new-exercise.ts'

/** The exercise that a new lab starts with; see new-exercise.ts. */
const FIRST = 'mean'

/** Makes a lab with one exercise and a quiz of one question. Returns the paths that were written, new files first. */
export async function newLab(id: string, root: string): Promise<string[]> {
  if (!/^\d\d-[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new UsageError(`A lab's name must be two digits and words, such as 08-attention; got "${id}".`)
  const same = (await listLabs(root)).find(each => each.slice(0, 2) === id.slice(0, 2))
  if (same) throw new UsageError(`The number ${id.slice(0, 2)} belongs to ${same}. Choose another number.`)
  const quiz = quizFiles(id)
  const texts = {
    manifest: manifestText(id),
    readme: readmeText(id),
    hints: hintsText(id),
    mutants: QUIZ_MUTANTS,
  }
  const created = new Map([
    ...exerciseFiles(id, FIRST),
    ...grownFiles(`labs/${id}`, texts, FIRST),
    ...quiz,
    [`labs/${id}/main.ts`, MAIN],
    [`labs/${id}/package.json`, packageOf(`lab-${id}`, LAB_PACKAGE)],
    [`labs/${id}/tsconfig.json`, tsconfigOf(['src', 'test', 'hidden', 'main.ts'])],
    [`solutions/${id}/design.md`, designText(id)],
    [`solutions/${id}/package.json`, packageOf(`solution-${id}`, solutionPackage(id))],
    [`solutions/${id}/tsconfig.json`, tsconfigOf(['src', 'trivial', '*.ts'])],
  ])
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  return writeFiles(root, { created, changed: new Map([['README.md', withRow(readme, id)]]) })
}

/** The README of the course with a row for the lab in its table, padded like the others. */
function withRow(readme: string, id: string): string {
  const table = /(?:^\|.*\n)+(?=\n|$)/gm
  return readme.replace(table, rows => {
    if (!rows.includes('](labs/')) return rows
    const cells = rows.trimEnd().split('\n').map(cellsOf)
    const added = [`[${id}](labs/${id}/README.md)`, titleOf(id.slice(3)).toLowerCase()]
    const all = [...cells, added].sort(([a], [b]) => (isLab(a) && isLab(b) ? a.localeCompare(b) : 0))
    const widths = added.map((_, j) => Math.max(...all.map(row => (isRule(row[j]) ? 3 : row[j].length))))
    const line = (row: string[]) =>
      `| ${row.map((cell, j) => (isRule(cell) ? '-'.repeat(widths[j]) : cell.padEnd(widths[j]))).join(' | ')} |\n`
    return all.map(line).join('')
  })
}

const cellsOf = (row: string): string[] =>
  row
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim())
const isLab = (cell: string): boolean => cell.startsWith('[')
const isRule = (cell: string): boolean => /^-+$/.test(cell)

const manifestText = (id: string) => `{
  "id": "${id}",
  "title": "${titleOf(id.slice(3))}",
  "points": 100,
  "edit": ["src/quiz.ts"],
  "mayImport": {},
  "limits": {
    "loadSeconds": 5,
    "callSeconds": 3,
    "cpuSeconds": 60,
    "wallSeconds": 60,
    "memoryMB": 512
  },
  "exercises": [
    {
      "id": "quiz",
      "title": "Quiz",
      "tests": [{ "id": "order", "weight": 2, "concept": "the order of the numbers" }]
    }
  ]
}
`

const readmeText = (id: string) => `# Lab ${id.slice(0, 2)} · ${titleOf(id.slice(3))}

What you will build, in two sentences. About 1 hour · 100 points · needs no other lab.

    pnpm lab ${id.slice(0, 2)} --once          # run the visible tests
    pnpm lab ${id.slice(0, 2)} ${FIRST} --once     # just one exercise
    pnpm lab play ${id.slice(0, 2)}            # see what it does

You edit \`src/${FIRST}.ts\` and \`src/quiz.ts\`, and import nothing. If you get stuck, \`hints.md\` has three hints for each
exercise.

## The idea

One picture, five sentences, one worked example with numbers.

## Quiz — \`quiz\`

Write one letter for each question in \`src/quiz.ts\`.

**order** · You reverse a list of numbers. What happens to their mean?

- a) its sign changes
- b) it stays the same
- c) it becomes 0
- d) that depends on the numbers

## How it is graded

The hidden tests call the same functions with other numbers.

## If you want more

- What is the mean of the squares, and when is it the square of the mean?
`

const hintsText = (id: string) => `# Hints for lab ${id.slice(0, 2)}

Read one, try again, then read the next.

## quiz

### 1

Each answer is on this lab's page, or follows from one of your functions.

### 2

Not sure about a claim? Try it: \`pnpm lab play ${id.slice(0, 2)}\` runs \`main.ts\`, which you can change.

### 3

\`src/quiz.ts\` returns an object: \`return { order: 'a' }\`, with your letter.
`

const QUIZ_MUTANTS = `[
${['a', 'c', 'd']
  .map(
    letter => `  {
    "id": "quiz-order-${letter}",
    "file": "src/quiz.ts",
    "find": "order: 'b'",
    "replace": "order: '${letter}'",
    "loses": ["quiz"],
    "why": "a wrong answer about order"
  }`,
  )
  .join(',\n')}
]
`

function quizFiles(id: string): CourseFiles {
  const solution = `/** The four possible answers; the questions are in the README. */
export type Choice = 'a' | 'b' | 'c' | 'd'

/** One letter for each question in the README. */
export interface Answers {
  order: Choice
}

/** Your answers to the quiz: \`return { order: 'a' }\` with your own letter. */
export function quiz(): Answers {
  // SOLUTION(quiz): Read the questions in the README, and return one letter for each.
  return { order: 'b' }
  // END
}
`
  return new Map([
    [`solutions/${id}/src/quiz.ts`, solution],
    [`labs/${id}/src/quiz.ts`, stubOf(solution, `solutions/${id}/src/quiz.ts`)],
    [`solutions/${id}/quiz.json`, '{\n  "order": "A sum does not depend on the order of its terms."\n}\n'],
    [
      `labs/${id}/test/quiz.test.ts`,
      `import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has one letter for each question', () => {
    const answers = quiz()
    for (const question of ['order'] as const)
      expect(['a', 'b', 'c', 'd'], \`the answer to "\${question}" is a letter from a to d\`).toContain(answers[question])
  })
})
`,
    ],
    [
      `labs/${id}/hidden/quiz.test.ts`,
      `import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import type { Answers } from '#lab/quiz'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const RIGHT: Answers = { order: 'b' }

exercise('quiz', () => {
  for (const [question, answer] of Object.entries(RIGHT)) {
    test(question, async ({ student }) => {
      // Whatever the types say, a student's function may return anything.
      const given: unknown = await student.quiz()
      expect(typeof given === 'object' && given !== null, 'an object with a letter for each question').toBe(true)
      expect((given as Record<string, unknown>)[question] === answer, 'a different answer is right').toBe(true)
    })
  }
})
`,
    ],
  ])
}

const MAIN = `import { NotImplemented } from '@backprop/testkit/todo'
import { ${FIRST} } from '#lab/${FIRST}'

// Change what you like here.
const VALUES = [1, 2, 6]

try {
  console.log(\`The mean of \${VALUES.join(', ')} is \${${FIRST}(VALUES)}.\`)
} catch (error) {
  if (!(error instanceof NotImplemented)) throw error
  console.log(\`Nothing to show yet: \${error.message}\`)
}
`

const designText = (id: string) => `# Lab ${id.slice(0, 2)}: design

## Objectives

After this lab, students can

- say what you want them to be able to say.

## Out of scope

What the lab leaves to others.

## Likely mistakes

Each has a mutant in \`mutants.json\`, and a visible test addresses most of them.

- The sum is divided by n − 1, or not at all; the first number is left out.

## Decisions

What you decided, and why.
`

const LAB_SCRIPT = 'node ../../packages/launch/launch.mjs ../../packages/lab-cli/src/pnpm-lab.ts'
const CHECK_SCRIPT = 'node ../../packages/launch/launch.mjs ../../grader/src/pnpm-grade.ts check'

const packageOf = (name: string, rest: object): string =>
  `${JSON.stringify({ name: `@backprop/${name}`, private: true, type: 'module', license: 'MIT', ...rest }, null, 2)}\n`

const LAB_PACKAGE = {
  imports: { '#lab/*': './src/*.ts' },
  scripts: { lab: LAB_SCRIPT, typecheck: 'tsc' },
  dependencies: {
    '@backprop/core': 'workspace:*',
    '@backprop/plots': 'workspace:*',
    '@backprop/testkit': 'workspace:*',
  },
  devDependencies: {
    '@backprop/grader': 'workspace:*',
    '@types/node': 'catalog:',
    'typescript-7': 'catalog:',
    vitest: 'catalog:',
  },
}

const solutionPackage = (id: string) => ({
  scripts: { lab: LAB_SCRIPT, typecheck: 'tsc', check: `${CHECK_SCRIPT} ${id} --mutants quick` },
  dependencies: { '@backprop/core': 'workspace:*' },
  devDependencies: {
    '@backprop/grader': 'workspace:*',
    [`@backprop/lab-${id}`]: 'workspace:*',
    '@backprop/lab-cli': 'workspace:*',
    '@types/node': 'catalog:',
    'typescript-7': 'catalog:',
  },
})

const tsconfigOf = (include: readonly string[]) => `{
  "extends": "../../tsconfig.base.json",
  "compilerOptions": { "types": ["node"], "tsBuildInfoFile": ".cache/tsc/tsbuildinfo" },
  "include": [${include.map(each => JSON.stringify(each)).join(', ')}]
}
`
