import { describe, expect, test } from 'vitest'
import { readPeople } from '../src/roster/people.ts'
import { finalOf } from '../src/term/final.ts'
import { Folders } from '../src/term/folders.ts'
import { readOverrides } from '../src/term/overrides.ts'
import { readTerm } from '../src/term/term-file.ts'
import { TermRules } from '../src/term/term-rules.ts'
import { neuron as lab } from './tiny-labs.ts'

/** `term.yaml` and `overrides.csv`: what they mean, and how their mistakes are named. */

const LABS = [lab]
const ID = lab.manifest.id
const PEOPLE = readPeople(
  'name,team,extension\nAda Obi,,\nBo Li,Team 7,"1: 2 days"\nCy Ek,Team 7,\nDee Fox,,3 days\nEve Om,,\n',
)
const FOLDERS = ['Ada Obi', 'Team 7', 'Dee Fox']
const term = (yaml: string) => readTerm(yaml, 'term.yaml', LABS)
const overrides = (...lines: string[]) =>
  readOverrides(
    ['student,lab,exercise,points,status,reason,by,comment', ...lines].join('\n'),
    'overrides.csv',
    LABS,
    new Folders(FOLDERS, PEOPLE),
  )
const message = (of: () => unknown): string => {
  try {
    of()
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

const YAML = `zone: Europe/Berlin
late: { percentPerDay: 10, freeDays: 1, hardStop: 7 days }
labs:
  ${ID}:
    due: 2026-11-30T23:59
    released: true
extensions:
  - { student: Ada Obi, lab: 1, until: 3 days, reason: ill }
  - { student: Cy Ek, until: 2026-12-05T12:00, reason: a conference }
`

const EXTENSION = 'extensions:\n  - { reason: ill,'
const BOMB = ['a', 'b', 'c', 'd']
  .map(
    (name, i, all) =>
      `${name}: &${name} [${Array<string>(9)
        .fill(i === 0 ? 'x' : `*${all[i - 1]}`)
        .join(',')}]\n`,
  )
  .join('')

describe('term.yaml', () => {
  test('gives each lab its deadline, the common policy or one of its own, and says whether it is released', () => {
    expect(term(YAML).labs.get(ID)).toEqual({
      due: { at: new Date('2026-11-30T22:59:00Z'), zone: 'Europe/Berlin' },
      policy: { percentPerDay: 10, freeDays: 1, hardStop: { days: 7 } },
      released: true,
    })
    const own = term(YAML.replace('    released: true', '    late: { percentPerDay: 5 }')).labs.get(ID)
    expect(own).toMatchObject({ policy: { percentPerDay: 5, freeDays: 0, hardStop: null }, released: false })
  })

  test.each([
    [
      'a lab that is not there',
      'labs:\n  07-nothing: { released: true }',
      `line 2: "07-nothing" is no lab of this course: there are ${ID}`,
    ],
    ['a misspelt lab', `labs:\n  ${ID}x: {}`, `did you mean "${ID}"?`],
    ['a lab twice', `labs:\n  ${ID}: {}\n  1: {}`, `line 3: ${ID} is here twice`],
    ['a setting that is not there', `labs:\n  1:\n    du: x`, 'line 2: labs.1 has no setting "du"'],
    [
      'a time without a zone',
      'labs:\n  1:\n    due: 2026-11-30T23:59',
      'line 3: "2026-11-30T23:59" has neither an offset nor a zone; expected a time, such as 2026-11-30T23:59+01:00',
    ],
    [
      'a zone that is not there',
      'zone: Europe/Belrin\nlabs: {}',
      'line 1: "Europe/Belrin" is not a time zone, such as Europe/Berlin',
    ],
    [
      'too many percent',
      'late: { percentPerDay: 200 }\nlabs: {}',
      'line 1: late.percentPerDay: Too big: expected number to be <=100',
    ],
    [
      'a hard stop in words',
      `late: { hardStop: never }\nlabs: {}`,
      'line 1: "never" is not such a time; expected days, such as "3 days"',
    ],
    ['a policy without a deadline', 'labs:\n  1:\n    late: { percentPerDay: 1 }', 'line 3: a late policy needs "due"'],
    [
      'an extension without a reason',
      'labs: {}\nextensions:\n  - { student: Ada Obi, until: 3 days }',
      'line 3: extensions.0.reason is missing',
    ],
    ['no labs', 'zone: UTC', 'line 1: labs is missing'],
    ['an empty file', '', 'line 1: labs is missing'],
    ['labs without one', 'labs:', 'line 1: labs: expected record, received null: write a lab per line'],
    [
      'a name that YAML reads as a number',
      `labs: {}\n${EXTENSION} student: 1001, until: 3 days }`,
      'put a name of digits in quotes',
    ],
    [
      'days without the word',
      `labs: {}\n${EXTENSION} student: Ada Obi, until: 3 }`,
      'received number: write days, such as "3 days"',
    ],
    [
      'yes for true',
      'labs:\n  1: { released: yes }',
      'line 2: labs.1.released: expected boolean, received string: write',
    ],
    ['a tab', 'labs:\n\t1: {}', 'line 2: Tabs are not allowed as indentation'],
    ['a key twice', 'labs:\n  1: {}\n  01: {}', 'line 3: Map keys must be unique'],
    ['an alias of nothing', 'labs: *none', 'line 1: Unresolved alias'],
    ['a bomb of aliases', BOMB, 'line 1: Excessive alias count'],
    ['a day without a time', 'labs:\n  1: { due: 2026-11-30 }', 'line 2: "2026-11-30" is not such a time; expected a'],
    ['a leap second', 'labs:\n  1: { due: 2016-12-31T23:59:60Z }', 'line 2: "2016-12-31T23:59:60Z" is a leap second'],
    [
      'an extension of a lab that is never due',
      `labs: { 1: {} }\n${EXTENSION} student: Ada Obi, until: 3 days, lab: 1 }`,
      `line 3: ${ID} has no "due", so there is nothing to extend`,
    ],
    [
      'an extension that ends before the deadline',
      `labs: { 1: { due: 2026-11-30T23:59Z } }\n${EXTENSION} student: Ada Obi, until: 2026-11-03T23:59Z, lab: 1 }`,
      'line 3: "until" is not after 2026-11-30T23:59:00.000Z',
    ],
    ['something that is not YAML', 'labs: {\n  1: {}', 'line 2: '],
  ])('%s is named with its line and the cure', (_, yaml, words) => {
    expect(message(() => term(yaml))).toMatch(/^"term.yaml" cannot be used:\n {2}line \d+: /)
    expect(message(() => term(yaml))).toContain(words)
  })

  test('an extension may be for a team, a member, or in the roster; the longest counts', () => {
    const rules = TermRules.for({ term: term(YAML), overrides: null, labs: LABS }, FOLDERS, PEOPLE)
    const reasons = (folder: string) => rules.of(folder, ID, null).extensions.map(({ reason }) => reason)
    expect(reasons('Ada Obi')).toEqual(['ill'])
    expect(reasons('Team 7')).toEqual(['a conference', 'in the roster'])
    expect(reasons('Dee Fox')).toEqual(['in the roster'])
  })

  test('an extension for a student who is not there, and one that cannot be read, are sentences', () => {
    const files = { term: term(YAML.replace('student: Ada Obi', 'student: Ada Obe')), overrides: null, labs: LABS }
    expect(message(() => TermRules.for(files, FOLDERS, PEOPLE))).toBe(
      '"term.yaml" cannot be used:\n  line 8: "Ada Obe" is no student or team of this class: did you mean "Ada Obi"?',
    )
    const people = readPeople('name,extension\nAda Obi,a while\n')
    expect(message(() => TermRules.for({ ...files, term: term('labs: {}') }, FOLDERS, people))).toContain(
      'The column "extension" of the roster cannot be used:\n  Ada Obi: "a while" is not such a time',
    )
  })
})

describe('overrides.csv', () => {
  test('sets points or a status, for an exercise or the whole lab, and carries comments', () => {
    const read = overrides(
      'Ada Obi,1,score,8.5,,partly right,B. Turing,"look at the bias, too"',
      'Team 7,01-neuron,predict,,passed,the test was wrong,B. Turing,',
      'Dee Fox,1,,40,,oral exam,B. Turing,',
      'Ada Obi,1,predict,,,,B. Turing,well done',
    )
    expect(
      read.map(({ student, exercise, points, status, comment }) => [student, exercise, points, status, comment]),
    ).toEqual([
      ['Ada Obi', 'score', 8.5, null, 'look at the bias, too'],
      ['Team 7', 'predict', expect.any(Number), 'passed', null],
      ['Dee Fox', null, 40, null, null],
      ['Ada Obi', 'predict', null, null, 'well done'],
    ])
  })

  const line = (cells: Partial<Record<string, string>>) =>
    ['student', 'lab', 'exercise', 'points', 'status', 'reason', 'by', 'comment']
      .map(column => cells[column] ?? { student: 'Ada Obi', lab: '1', reason: 'why', by: 'me' }[column] ?? '')
      .join(',')

  test.each([
    [{ student: 'Ada Ob', points: '1' }, '"Ada Ob" is no student or team of this class: did you mean "Ada Obi"?'],
    [{ student: 'Bo Li', points: '1' }, '"Bo Li" hands in with a team: name "Team 7", it counts for all members'],
    [{ student: 'Eve Om', points: '1' }, '"Eve Om" has no folder, so there is no result: make an empty folder'],
    [{ lab: '9', points: '1' }, '"9" is no lab of this course: there are 01-neuron'],
    [{ exercise: 'scor', points: '1' }, '01-neuron has no exercise "scor": did you mean "score"?'],
    [{ points: '101' }, '101 points are more than 01-neuron has, 100: give at most that'],
    [{ exercise: 'score', points: '99' }, /99 points are more than 01-neuron score has, \d+: give at most that/],
    [{ points: '-1' }, '"-1" is not a number of points, such as 8 or 8.5'],
    [{ points: 'all' }, '"all" is not a number of points'],
    [{ points: '1', reason: '' }, 'it gives no reason: write one, the student sees it'],
    [{ points: '1', by: '' }, 'it does not say by whom'],
    [{}, 'it sets nothing: give points, a status or a comment'],
    [{ status: 'passed' }, 'a whole lab has no status: name an exercise, or give points'],
    [{ exercise: 'score', status: 'pased' }, '"pased" is not a status: did you mean "passed"?'],
  ])('%j is named with its line and the cure', (cells, words) => {
    const text = message(() => overrides('Dee Fox,1,,40,,oral exam,B. Turing,', line(cells)))
    expect(text).toMatch(/^"overrides.csv" cannot be used:\n {2}line 3: /)
    expect(text).toMatch(words)
  })

  test('all mistakes are named at once, also lines that contradict each other', () => {
    const score = line({ exercise: 'score', points: '1' })
    expect(message(() => overrides(score, score, line({ points: '2' }), line({ points: 'x' })))).toBe(
      [
        '"overrides.csv" cannot be used:',
        '  line 2: line 4 sets the whole lab, so this has no effect: remove one of them',
        '  line 3: line 2 already sets the same: remove one of them',
        '  line 3: line 4 sets the whole lab, so this has no effect: remove one of them',
        '  line 5: "x" is not a number of points, such as 8 or 8.5',
      ].join('\n'),
    )
  })

  test('a column with another name is a mistake, not ignored', () => {
    const text = message(() =>
      readOverrides('student,lab,point,by\n', 'overrides.csv', LABS, new Folders([], undefined)),
    )
    expect(text).toBe(
      '"overrides.csv" cannot be used:\n  line 1: there is no use for the column "point": did you mean "points"?',
    )
  })
})

describe('final points', () => {
  const graded = {
    points: 84,
    exercises: [
      { id: 'score', points: 7, status: 'failed' },
      { id: 'predict', points: 77, status: 'passed' },
    ],
  } as const
  const set = { line: 2, student: 'Ada Obi', lab: ID, status: null, reason: 'why', by: 'B. Turing', comment: null }
  const rules = { term: term(YAML).labs.get(ID), extensions: [], overrides: [] }
  const late = { at: new Date('2026-12-03T12:00:00Z'), evidence: 'pushed' } as const

  test('tests, then exercises set by hand, then lateness, then the lab set by hand', () => {
    const ofExercise = { ...set, exercise: 'score', points: 10 }
    const final = finalOf(graded, { ...rules, handIn: late, overrides: [ofExercise] })
    expect(final).toMatchObject({
      points: 69.6,
      overrides: [{ exercise: 'score', points: 10, instead: 7, reason: 'why', by: 'B. Turing' }],
      late: { of: 87, days: 3, freeDays: 1, deducted: 17.4, evidence: 'pushed' },
    })
    const ofLab = { ...set, exercise: null, points: 50 }
    expect(finalOf(graded, { ...rules, handIn: late, overrides: [ofLab] })).toMatchObject({
      points: 50,
      overrides: [{ exercise: null, points: 50, instead: 67.2 }],
    })
  })

  test('are not there where nothing applies', () => {
    expect(finalOf(graded, { term: undefined, extensions: [], handIn: late, overrides: [] })).toBeUndefined()
  })
})
