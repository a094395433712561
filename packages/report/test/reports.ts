import fc from 'fast-check'
import { assemble, type Outcome, type Report, type Scale, score, type Status, STATUSES } from '../src/index.ts'

const HASH = 'a'.repeat(64)
const ENVIRONMENT = {
  tier: 'A',
  tierReason: 'bubblewrap and seccomp hold here',
  backend: 'wasm',
  device: 'a processor',
  node: 'v26.10.0',
} as const

/** What a course and a folder may be called by somebody who means harm, or no harm at all. */
export const NASTY: readonly string[] = [
  '<script>alert(1)</script> "&\'',
  '=HYPERLINK("http://evil.example","click")',
  "+1+cmd|' /C calc'!A0",
  '-2',
  ' =1+1',
  '\t@SUM(A1)',
  'a,b;c"d\r\ne',
  '![x](http://evil.example/x.png) [y](mailto:a@b.example) <b@c.example>',
  'www.evil.example http://evil.example a@b.example @everyone #1 :tada:',
  '::error file=x::y\n::stop-commands::z\n##[error]w',
  '| a | b |\n| --- | --- |\n`code` *em* _em_ ~~s~~ # h',
  '</pre></details><img src=x onerror=alert(1)>]]>-->',
  '&lt;b&gt; &#42; &nbsp;',
  '\u001b[31mred\u001b[0m \u0000\u0008 \ufffe \u202eevil\u202c',
  'Zoë 学习 🎉 𝒳',
  '\ud800 half \udc00',
  '',
  '1. one\n- two\n> three\n    four\n***',
]

const anyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map(units => String.fromCharCode(...units)),
)

interface Drawn {
  readonly status: Status
  readonly points: number
  readonly text: string
  readonly message: string | undefined
  readonly notes: readonly string[]
}

/** Reports that the grader's own code could have made of any outcome and any text. */
export function anyReport(statuses: readonly Status[] = STATUSES): fc.Arbitrary<Report> {
  const test: fc.Arbitrary<Drawn> = fc.record({
    status: fc.constantFrom(...statuses),
    points: fc.integer({ min: 1, max: 100 }),
    text: anyText,
    message: fc.option(anyText, { nil: undefined }),
    notes: fc.array(anyText, { maxLength: 2 }),
  })
  const exercise = fc.record({ title: anyText, tests: fc.array(test, { maxLength: 4 }) })
  const lab = fc.record({
    title: anyText,
    problem: fc.option(anyText),
    exercises: fc.array(exercise, { maxLength: 3 }),
  })
  return fc
    .record({ suite: fc.constantFrom('hidden', 'visible'), submission: anyText, labs: fc.array(lab, { maxLength: 3 }) })
    .map(({ suite, submission, labs }) =>
      assemble({
        suite,
        submission,
        labs: labs.map(({ title, problem, exercises }, l) => ({
          ...score(...scaleAndOutcomes(`0${l + 1}-lab`, title, exercises)),
          problem,
          treeHash: HASH,
          suiteHash: HASH,
          seed: 1,
        })),
        environment: { ...ENVIRONMENT, tierReason: submission },
        seed: null,
        gradedAt: new Date('2026-11-21T12:00:00Z'),
      }),
    )
}

function scaleAndOutcomes(
  id: string,
  title: string,
  exercises: readonly { title: string; tests: readonly Drawn[] }[],
): [Scale, Outcome[]] {
  const scale: Scale = {
    id,
    title,
    exercises: exercises.map((exercise, e) => ({
      id: `e${e}`,
      title: exercise.title,
      requires: [],
      tests: exercise.tests.map(({ points, text }, t) => ({ id: `t${t}`, points, concept: text })),
    })),
  }
  const outcomes = exercises.flatMap(({ tests }, e) =>
    tests.map(({ status, message, notes }, t): Outcome => {
      const outcome = { exercise: `e${e}`, test: `t${t}`, status, ms: 7, notes }
      return message === undefined ? outcome : { ...outcome, message }
    }),
  )
  return [scale, outcomes]
}

/** A student in the middle of lab 01 and at the start of lab 05. */
export const REALISTIC: Report = assemble({
  suite: 'hidden',
  submission: 'ada-lovelace',
  labs: [
    {
      ...score(
        {
          id: '01-perceptron',
          title: 'One neuron',
          exercises: [
            exercise('score', 'The score of a batch', [
              ['worked-example', 6, 'the worked example of the README'],
              ['any-shape', 8, 'any number of examples and features'],
              ['no-rows', 2, 'a batch with no rows'],
            ]),
            exercise('predict', 'From score to class', [
              ['signs', 6, 'positive and negative scores'],
              ['tie-at-zero', 5, 'a score of exactly zero'],
            ]),
            exercise('perceptron-rule', 'Rosenblatt’s perceptron rule', [
              ['one-epoch', 8, 'the weights and the bias after one epoch'],
              ['not-separable', 6, 'classes that no straight line separates'],
            ]),
            exercise('logistic-regression', 'Logistic regression', [['one-step', 8, 'one step of gradient descent']]),
          ],
        },
        [
          outcome('score', 'worked-example', 'passed', 12),
          outcome('score', 'any-shape', 'passed', 31),
          outcome('score', 'no-rows', 'passed', 2),
          outcome('predict', 'signs', 'passed', 3),
          outcome('predict', 'tie-at-zero', 'failed', 4),
          outcome('perceptron-rule', 'one-epoch', 'error', 5),
          outcome('perceptron-rule', 'not-separable', 'timeout', 3000),
          outcome('logistic-regression', 'one-step', 'not-started', 0),
        ],
      ),
      problem: null,
      treeHash: HASH,
      suiteHash: HASH,
      seed: 7,
    },
    {
      ...score(
        {
          id: '05-mnist-mlp',
          title: 'Reading handwritten digits',
          exercises: [
            exercise('accuracy', 'Reading digits never seen before', [['held-out', 35, 'images never seen before']]),
          ],
        },
        [
          {
            ...outcome('accuracy', 'held-out', 'passed', 9000),
            notes: ['trained on 60000 of 60000 images, 3 epochs; accuracy 0.9476 on 10000 held-out images'],
          },
        ],
      ),
      problem: null,
      treeHash: HASH,
      suiteHash: HASH,
      seed: 7,
    },
  ],
  environment: ENVIRONMENT,
  seed: null,
  seenAt: new Date('2026-11-21T01:00:00Z'),
  committedAt: new Date('2026-11-20T23:59:59.999Z'),
  gradedAt: new Date('2026-11-21T12:00:00Z'),
})

function exercise(id: string, title: string, tests: readonly (readonly [string, number, string])[]) {
  return { id, title, requires: [], tests: tests.map(([test, points, concept]) => ({ id: test, points, concept })) }
}

function outcome(exercise: string, test: string, status: Status, ms: number): Outcome {
  return { exercise, test, status, ms, notes: [] }
}

/** What Classroom 50 says where it grades. */
export const CLASSROOM50 = {
  CLASSROOM: 'dl-2026',
  ASSIGNMENT: 'perceptron',
  ASSIGNMENT_TYPE: 'individual',
  OWNER: 'ada',
  SUBMISSION_TAG: 'submit/2026-11-20T23-59-59Z-abc1234',
  COMMIT_URL: 'https://github.example/ada/commit/abc1234',
  RELEASE_URL: 'https://github.example/ada/releases/tag/submit',
  REVIEW_URL: 'https://github.example/ada/compare/a...b',
}
