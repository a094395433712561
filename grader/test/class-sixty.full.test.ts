import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { csvParse } from 'd3-dsv'
import { expect, test } from 'vitest'
import { ClassReport } from '../src/class/class-report.ts'
import { gradeClass } from '../src/cli/class-command.ts'
import { collect } from '../src/cli/collect-command.ts'
import { gradebook } from '../src/cli/gradebook-command.ts'
import { HALF, RIGHT, STUB, tinyCourse } from './class/tiny-course.ts'
import { type Packed, tarGzOf, zipOf } from './packed.ts'
import { run } from './running.ts'

/** A class of sixty, collected from five platforms in whatever way students pack their work, graded, and given back. */

const SIZE = 60
const FIRST = ['Ada', 'Bo', 'Chloé', 'Dmitrij', 'Élodie', 'Fatma', 'Grace', 'Hồng', 'Inès', 'José', 'Kåre', 'Łucja']
const LAST = ['Ahmed', 'Brown', 'Çelik', "O'Neil", 'García-Ek']
const people = Array.from({ length: SIZE }, (_, i) => ({
  i,
  name: `${FIRST[i % 12]} ${LAST[i % 5]}`,
  id: String(1000 + i),
  email: `s${i}@uni.example`,
  section: 'ABCDE'[i % 5],
  team: i >= 55 ? (i % 2 === 0 ? 'Team Red' : 'Team Blue') : '',
}))
type Person = (typeof people)[number]

/** How a student packs the work: the files as they are uploaded, and what they are worth, or why they are not found. */
interface Way {
  readonly pack: (code: string) => Packed[]
  readonly lost?: RegExp
}
const file = (name: string, text: string | Buffer): Packed => ({ name, text })
const WAYS: readonly Way[] = [
  { pack: code => [file('lab.zip', zipOf([file('src/tiny.ts', code)]))] },
  { pack: code => [file('tiny.ts', code)] },
  { pack: code => [file('labs-main.zip', zipOf([file('labs-main/labs/01-tiny/src/tiny.ts', code)]))] },
  { pack: code => [file('work.tar.gz', tarGzOf([file('my work/01-tiny/src/tiny.ts', code)]))] },
  {
    pack: code => [
      file('outer.zip', zipOf([file('inner.zip', zipOf([file('tiny.ts', code)])), file('notes.txt', 'x')])),
    ],
  },
  { pack: code => [file('lab.zip', zipOf([file('../../tiny.ts', 'planted'), file('src\\tiny.ts', code)]))] },
  { pack: code => [file('tiny.ts', code), file('screen.png', Buffer.alloc(100))] },
]
const LOST: readonly Way[] = [
  { pack: () => [], lost: /src\/tiny\.ts is missing/ },
  { pack: () => [file('lab.rar', 'Rar!')], lost: /lab\.rar cannot be unpacked: it is a RAR archive/ },
  {
    pack: code => [file('lab.zip', zipOf([file('old/src/tiny.ts', code), file('new/src/tiny.ts', code)]))],
    lost: /2 places have files of 01-tiny: new, old/,
  },
]
const codeOf = ({ i }: Person) => `${[RIGHT, HALF, STUB][i % 3]}${i % 3 === 2 ? '' : `// ${i}\n`}`
const isLost = ({ i }: Person) => i % 10 === 4 && i < 55
const wayOf = (person: Person): Way => (isLost(person) ? LOST[person.i % LOST.length] : WAYS[person.i % WAYS.length])
const pointsOf = (person: Person) => (isLost(person) ? 0 : [100, 60, 0][person.i % 3])

/** One download for each section, in the form of its platform. */
const DOWNLOADS: Readonly<Record<string, (section: readonly Person[]) => Packed[]>> = {
  A: section =>
    section.flatMap(person =>
      filesOf(person).map(each => ({
        ...each,
        name: `${person.team ? `${person.team}-` : ''}${person.name}_${200_000 + person.i}_assignsubmission_file_/${String(each.name)}`,
      })),
    ),
  B: section =>
    section.flatMap(person =>
      filesOf(person).map((each, k) => ({
        ...each,
        name: `${sortable(person)}${person.i % 4 === 0 ? '_LATE' : ''}_${3000 + person.i}_${9000 + 10 * person.i + k}_${String(each.name)}`,
      })),
    ),
  C: section =>
    section.flatMap(person => {
      const attempt = `Lab 1_${person.id}_attempt_2026-11-30-12-00-00`
      const first = `Lab 1_${person.id}_attempt_2026-11-29-12-00-00`
      const text = `Name: ${person.name} (${person.id})\nAssignment: Lab 1\n`
      return [
        file(`${first}.txt`, text),
        file(`${first}_tiny.ts`, 'throw new Error("an earlier attempt")'),
        file(`${attempt}.txt`, text),
        ...filesOf(person).map(each => ({ ...each, name: `${attempt}_${String(each.name)}` })),
      ]
    }),
  D: section => [
    file(
      'assignment_1_export/submission_metadata.yml',
      section
        .map(
          ({ i, name, id, email }) =>
            `submission_${i}:\n  :submitters:\n  - :name: ${name}\n    :sid: '${id}'\n    :email: ${email}\n  :created_at: 2026-11-30 12:00:00.000000000 Z\n`,
        )
        .join(''),
    ),
    ...section.flatMap(person =>
      filesOf(person).map(each => ({
        ...each,
        name: `assignment_1_export/submission_${person.i}/${String(each.name)}`,
      })),
    ),
  ],
  E: section =>
    section.flatMap(person =>
      filesOf(person).map(each => ({
        ...each,
        name: `${[person.id, person.email, person.name][person.i % 3]}/${String(each.name)}`,
      })),
    ),
}
const filesOf = (person: Person) => wayOf(person).pack(codeOf(person))
const sortable = ({ name }: Person) =>
  [...name.split(' ').slice(1), name.split(' ')[0]]
    .join('')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

test('sixty students are graded with the right points and the right alerts', { timeout: 900_000 }, async () => {
  const course = await tinyCourse()
  const root = dirname(course.submissions)
  const table = (those: readonly Person[]) =>
    `name,id,email,section,team\n${those.map(({ name, id, email, section, team }) => `${name},${id},${email},${section},${team}\n`).join('')}`
  const out = join(root, 'collected')
  for (const [section, pack] of Object.entries(DOWNLOADS)) {
    const those = people.filter(person => person.section === section)
    const [from, roster] = [join(root, `${section}.zip`), join(root, `${section}.csv`)]
    writeFileSync(from, zipOf(pack(those)))
    writeFileSync(roster, table(those))
    const { stdout } = await run(collect, ['--from', from, '--roster', roster, '--out', out])
    expect(stdout, section).toContain(', 0 not matched\n')
  }
  const roster = join(root, 'roster.csv')
  writeFileSync(roster, table(people))
  const args = [
    '--submissions',
    out,
    '--report',
    course.reports,
    '--backend',
    'plain',
    '--jobs',
    '2',
    '--roster',
    roster,
  ]
  const { code, stdout } = await run(gradeClass, args, { course: root })
  expect(code, 'some are not found').toBe(2)

  const rows = csvParse(readFileSync(join(course.reports, 'class.csv'), 'utf8').replace(/^\ufeff/, ''))
  const byName = new Map(rows.map(row => [row.student, row]))
  const alone = people.filter(({ team }) => team === '')
  expect(rows).toHaveLength(SIZE)
  expect(Object.fromEntries(alone.map(person => [person.name, byName.get(person.name)?.points]))).toEqual(
    Object.fromEntries(alone.map(person => [person.name, String(pointsOf(person))])),
  )
  for (const { name, id, section } of people) expect(byName.get(name)).toMatchObject({ id, section })
  const lost = alone.filter(isLost)
  for (const person of lost) expect(byName.get(person.name)?.remark, person.name).toMatch(wayOf(person).lost ?? /^$/)
  const named = /^! Files not found: (.*)$/m.exec(stdout)?.[1].split(', ') ?? []
  expect(named.sort()).toEqual(lost.map(({ name }) => name).sort())
  expect((await run(gradeClass, [...args, '--accept-missing', '--resume'], { course: root })).code).toBe(1)

  const { roster: joined = [] } = ClassReport.parse(
    JSON.parse(readFileSync(join(course.reports, 'class.json'), 'utf8')),
  )
  expect(joined.every(({ student }) => student !== null)).toBe(true)
  const export_ = `Student,ID,SIS User ID,SIS Login ID,Section,A tiny lab (1)\n"    Points Possible",,,,,100\n${people.map(({ name, i, id, email }) => `${name},${3000 + i},${id},${email},A,\n`).join('')}`
  writeFileSync(join(root, 'export.csv'), export_)
  const given = ['--class', course.reports, '--platform', 'canvas', '--table', join(root, 'export.csv')]
  const book = await run(gradebook, [...given, '--out', join(root, 'import.csv')])
  expect(book.stdout).toContain(`${SIZE} grades, 0 left out`)
  const imported = csvParse(readFileSync(join(root, 'import.csv'), 'utf8')).slice(1)
  expect(imported.map(row => row['A tiny lab (1)'])).toEqual(people.map(({ name }) => byName.get(name)?.points))
})
