import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { gradeClass } from '../src/cli/class-command.ts'
import { HALF, RIGHT, type TinyCourse, tinyCourse } from './class/tiny-course.ts'
import { tarGzOf, zipOf } from './packed.ts'
import { run } from './running.ts'

/** `grade class` on what was handed in packed, wrapped, twice or not at all, with the roster beside it. */

let course: TinyCourse
let roster: string
beforeAll(async () => {
  course = await tinyCourse()
  roster = join(dirname(course.submissions), 'roster.csv')
  const put = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(course.submissions, path)), { recursive: true })
    writeFileSync(join(course.submissions, path), text)
  }
  for (const name of ['Ada', 'Bo', 'Cy', 'Dee', 'Eva', 'Flo', 'Gus']) course.hand(name, RIGHT)
  put('Hal/labs-hal-main/labs/01-tiny/src/tiny.ts', HALF)
  put('Ida/tiny.ts', HALF)
  put('Team 7/work.tar.gz', tarGzOf([{ name: '01-tiny/src/tiny.ts', text: RIGHT }]))
  put('Jo/old/src/tiny.ts', HALF)
  put('Jo/new.zip', zipOf([{ name: 'src/tiny.ts', text: RIGHT }]))
  put('ada.zip', zipOf([]))
  writeFileSync(
    roster,
    `name;id;team\n${['Ada', 'Bo', 'Cy', 'Dee', 'Eva', 'Flo', 'Gus', 'Hal', 'Ida', 'Jo'].map((name, i) => `${name};${i};\n`).join('')}Kim;10;Team 7\nLu;11;Team 7\n`,
  )
})

const grade = (...args: string[]) =>
  run(gradeClass, ['--submissions', course.submissions, '--report', course.reports, '--backend', 'plain', ...args], {
    course: dirname(course.submissions),
  })
const csv = () => readFileSync(join(course.reports, 'class.csv'), 'utf8').replaceAll('"', '').split('\r\n')

describe('grade class', () => {
  test('takes the one place where the files are, and exits with 2 where there are two', async () => {
    const { code, stdout, stderr } = await grade('--roster', roster)
    expect(stdout).toContain('! Files not found: Jo\n')
    expect(stderr).toContain('Archives become folders with "pnpm grade collect"')
    expect(stderr).toContain(
      'Files of 1 of 11 were not found. Look at class.html. If they handed in nothing: --accept-missing\n',
    )
    expect(code).toBe(2)
    const cells = csv().map(line => line.split(','))
    const points = cells[0].indexOf('points')
    expect(cells.slice(8, 13).map(row => [row[0], row[1], row[2], row[points]])).toEqual([
      ['Hal', '', '7', '60'],
      ['Ida', '', '8', '60'],
      ['Jo', '', '9', '0'],
      ['Kim', 'Team 7', '10', '100'],
      ['Lu', 'Team 7', '11', '100'],
    ])
    expect(csv()[8]).toContain('01-tiny: found in labs-hal-main')
    expect(csv()[11]).toContain('found in work.tar.gz/01-tiny')
    const page = readFileSync(join(course.reports, 'class.html'), 'utf8')
    expect(page).toContain('<h2>1 lab of which no file was found, or several sets of files</h2>')
    expect(page).toContain('<bdi>Jo</bdi>: 01-tiny: 2 places have files of 01-tiny: old, new.zip. Hand in one of them.')
  })

  test('accepts up to a fifth on request, and remembers the roster', async () => {
    const { code, stderr } = await grade('--accept-missing')
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stderr).not.toContain('not found')
    expect(csv()[12]).toMatch(/^Kim|^Lu/)
  })

  test('never accepts more than a fifth without their number', async () => {
    const large = join(dirname(course.submissions), 'large.csv')
    writeFileSync(large, `${readFileSync(roster, 'utf8')}Mo;12;\nNi;13;\n`)
    const { code, stderr, stdout } = await grade('--roster', large, '--accept-missing')
    expect(stderr).toContain(
      'Files of 3 of 13 were not found. That is more than a fifth: are these the right submissions, and the right --labs? ' +
        'If they handed in nothing: --accept-missing 3\n',
    )
    expect(stdout).toContain('! Files not found: Jo, Mo, Ni\n')
    expect(code).toBe(2)
    expect((await grade('--roster', large, '--accept-missing', '2')).code).toBe(2)
    expect((await grade('--roster', large, '--accept-missing', '3')).code).toBe(1)
  })
})
