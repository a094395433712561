import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { csvParse, csvParseRows, dsvFormat, tsvParse } from 'd3-dsv'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPromise } from 'yauzl'
import type { ClassReport } from '../src/class/class-report.ts'
import type { GradedStudent } from '../src/class/student-result.ts'
import { classCsv } from '../src/class/table.ts'
import { gradebook } from '../src/cli/gradebook-command.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { run } from './running.ts'

/** Grades for learning platforms, read back by another reader of CSV and of ZIP than those that wrote or parsed them. */

const PYTHON = which('python3')
let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'backprop-gradebook-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const HASH = 'a'.repeat(64)
const AT = '2026-11-21T12:00:00.000Z'
const graded = (student: string, points: number): GradedStudent => ({
  ...{ student, outbox: student, status: 'graded', points, maxPoints: 100, tier: 'A', seenAt: null, committedAt: null },
  gradedAt: AT,
  labs: [
    { id: '01-tiny', points, maxPoints: 100, problem: null, treeHash: HASH, suiteHash: HASH, ms: 1, exercises: [] },
  ],
})
const person = (name: string, id: string, student: string | null = name, team: string | null = null) => ({
  ...{ name, team, student },
  more: { id, email: `${id}@uni.example` },
})
const REPORT: ClassReport = {
  schema: 'backprop/class/v1',
  class: 'a class',
  labs: [{ id: '01-tiny', title: 'A tiny lab', maxPoints: 100 }],
  environment: { tier: 'A', tierReason: 'tried', backend: 'wasm', node: 'v26.10.0' },
  seed: null,
  writtenAt: AT,
  students: [
    graded('Ada Obi', 87),
    graded('Team 7', 50),
    graded('Zoë Müller', 0),
    { student: '=SUM(A1)', outbox: 'x', status: 'grader-error', reason: 'a fault', gradedAt: AT },
  ],
  roster: [
    person('Ada Obi', '1001'),
    person('Bo Li', '1002', 'Team 7', 'Team 7'),
    person('Cy Ek', '1003', 'Team 7', 'Team 7'),
    person('Zoë Müller', '1004'),
    person('Eve Absent', '1005', null),
    person('Fay Fault', '1006', '=SUM(A1)'),
  ],
}

async function filled(platform: string, table: string | Buffer | null, args: readonly string[] = [], report = REPORT) {
  const [from, out] = [join(root, 'from.csv'), join(root, 'out.csv')]
  for (const { student } of report.students) mkdirSync(join(root, 'students', student), { recursive: true })
  for (const { student } of report.students) writeFileSync(join(root, 'students', student, 'report.html'), student)
  writeFileSync(join(root, 'class.json'), JSON.stringify(report))
  if (table !== null) writeFileSync(from, table)
  const given = ['--class', root, '--platform', platform, '--out', out, ...(table === null ? [] : ['--table', from])]
  const { code, stdout } = await run(gradebook, [...given, ...args])
  return { code, stdout, bytes: readFileSync(out), text: readFileSync(out, 'utf8').replace(/^\ufeff/, '') }
}

describe('Canvas', () => {
  // As Canvas exports it: two header rows, names with the family name first, columns that it computes itself.
  const TABLE = `Student,ID,SIS User ID,SIS Login ID,Section,A tiny lab (4711),Other (4712),Current Score
"    Points Possible",,,,,100,10,(read only)
"Obi, Ada",31,1001,1001@uni.example,A,,3,30
"Li, Bo",32,1002,1002@uni.example,A,,,
"Ek, Cy",33,,1003@uni.example,B,12,,
"Müller, Zoë",34,1004,zoe,B,,,
"Absent, Eve",35,1005,1005@uni.example,B,99,,
"Student, Test",36,,abc123,B,,,
`

  test('gets its five columns and that of the assignment; rows without a grade are not in it', async () => {
    const { text, stdout, code } = await filled('canvas', TABLE)
    expect(csvParseRows(text)).toEqual([
      ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', 'A tiny lab (4711)'],
      ['Points Possible', '', '', '', '', '100'],
      ['Obi, Ada', '31', '1001', '1001@uni.example', 'A', '87'],
      ['Li, Bo', '32', '1002', '1002@uni.example', 'A', '50'],
      ['Ek, Cy', '33', '', '1003@uni.example', 'B', '50'],
      ['Müller, Zoë', '34', '1004', 'zoe', 'B', '0'],
    ])
    expect(stdout).toContain('4 grades, 2 left out\n')
    expect(stdout).toContain(
      '✗ Student, Test: the roster has no student with the id 36, the id abc123, the name Student, Test\n',
    )
    expect(stdout).toContain('✗ Eve Absent: has no score\n')
    expect(code).toBe(2)
  })

  test('another maximum is refused, or converted on request', async () => {
    await expect(filled('canvas', TABLE, ['--column', 'Other'])).rejects.toThrow(
      'The column "Other (4712)" has 10 points, and 01-tiny has 100: change it there, or convert with --scale.',
    )
    const { text } = await filled('canvas', TABLE, ['--column', 'Other', '--scale'])
    expect(csvParse(text).map(row => row['Other (4712)'])).toEqual(['10', '8.7', '5', '5', '0'])
  })

  test('a column that is not there becomes an assignment', async () => {
    const { text } = await filled('canvas', TABLE, ['--column', 'New'])
    expect(csvParse(text).map(row => row.New)).toEqual(['100', '87', '50', '50', '0'])
  })

  // With assignments that are posted by hand, separate names, and numbers as they are written in Germany.
  const OTHER = `\ufeffLastName;FirstName;ID;SIS User ID;SIS Login ID;Integration ID;Root Account;Section;Notes;A tiny lab (4711)
;;;;;;;;;Manual Posting
    Points Possible;;;;;;;;;100,00
Obi;Ada;31;1001;1001@uni.example;;uni.example;A;"first
second";12,50
Li;Bo;32;1002;1002@uni.example;;uni.example;A;;EX
Ek;Cy;33;1003;1003@uni.example;;uni.example;B;;N/A
`

  test('the row about posting is about no student, and does not come back', async () => {
    const { text, stdout } = await filled('canvas', OTHER)
    expect(dsvFormat(';').parseRows(text)).toEqual([
      'LastName,FirstName,ID,SIS User ID,SIS Login ID,Integration ID,Root Account,Section,A tiny lab (4711)'.split(','),
      ['Points Possible', '', '', '', '', '', '', '', '100,00'],
      ['Obi', 'Ada', '31', '1001', '1001@uni.example', '', 'uni.example', 'A', '87'],
    ])
    const left = stdout.split('\n').filter(line => line.startsWith('✗'))
    expect(left).toEqual([
      '✗ Bo Li: is excused in Canvas',
      '✗ Cy Ek: has not got this assignment in Canvas',
      '✗ Zoë Müller: is in no row of the table',
    ])
  })

  test('the row about posting has no points of a new assignment', async () => {
    const { text } = await filled('canvas', OTHER, ['--column', 'New'])
    const rows = dsvFormat(';').parse(text)
    expect(rows.map(({ LastName, New }) => [LastName, New])).toEqual([
      ['Points Possible', '100'],
      ['Obi', '87'],
      ['Li', '50'],
      ['Ek', '50'],
    ])
  })
})

describe('Moodle', () => {
  const TABLE = `\ufeffIdentifier,"Full name","ID number","Email address",Status,Grade,"Maximum grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 200001","Ada Obi",1001,1001@uni.example,"Submitted for grading",,100.00,Yes,"Monday, 30 November 2026, 11:00 PM",-,"Well, ""done"""
"Participant 200002","Bo Li",1002,1002@uni.example,"No submission",,100.00,No,-,-,
"Participant 200003","Zoë_Müller",1004,1004@uni.example,"No submission",,100.00,Yes,-,-,=1+1
"Participant 200004","Ada Obi",1003,1003@uni.example,"No submission",,100.00,Yes,-,-,
`

  test('gets its worksheet back, with the grades, and an archive of feedback with the numbers of participants', async () => {
    const archive = join(root, 'feedback.zip')
    const { text, stdout } = await filled('moodle', TABLE, ['--feedback', archive])
    const rows = csvParse(text)
    expect(rows.columns.join()).toBe(
      'Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,' +
        'Last modified (submission),Last modified (grade)',
    )
    expect(rows.map(row => [row.Identifier, row.Grade])).toEqual([
      ['Participant 200001', '87'],
      ['Participant 200003', '0'],
    ])
    expect(stdout).toContain('✗ Bo Li: its grade cannot be changed in Moodle\n')
    expect(stdout).toContain(
      '✗ Ada Obi: the id 1003 and the e-mail address 1003@uni.example is Cy Ek, but the name Ada Obi is Ada Obi\n',
    )
    expect(await namesIn(archive)).toEqual([
      'Ada Obi_200001_assignsubmission_file_/report.html',
      'Zoë Müller_200003_assignsubmission_file_/report.html',
    ])
  })
})

describe("a comment in Moodle's worksheet", () => {
  // Moodle would store a comment that is not exactly its own as a new one, and show it to the student.
  test('is unchanged, because its column does not go back', async () => {
    const table = `Identifier,Full name,ID number,Grade,Maximum grade,Last modified (grade),Feedback comments,Marker's notes
Participant 7,Ada Obi,1001,,100,-,"<p>- Well done.</p>
<p>See =page 3.</p>",=later
`
    const { text } = await filled('moodle', table)
    expect(csvParseRows(text)).toEqual([
      ['Identifier', 'Full name', 'ID number', 'Grade', 'Maximum grade', 'Last modified (grade)'],
      ['Participant 7', 'Ada Obi', '1001', '87', '100', '-'],
    ])
  })

  test('needs the column by which Moodle notices newer grades', async () => {
    await expect(filled('moodle', 'Identifier,Grade\nParticipant 7,\n')).rejects.toThrow(
      'The table has no column "Last modified (grade)": give the one of Assignment → Submissions → Download grading worksheet.',
    )
  })
})

describe("Moodle's gradebook", () => {
  const TABLE = `First name,Last name,ID number,Institution,Email address,"Assignment: A tiny lab (Percentage)","Assignment: A tiny lab (Real)","Course total (Real)","Last downloaded from this course"
Ada,Obi,1001,,1001@uni.example,"50.00 %",50.00,50.00,1764576000
Zoë,Müller,,,1004@uni.example,-,-,-,1764576000
Noah,Body,9999,,noah@uni.example,-,-,-,1764576000
`

  test('gets the columns about the student and that of the points, found by its name without the kind', async () => {
    const { text, stdout, code } = await filled('moodle-gradebook', TABLE)
    expect(csvParseRows(text)).toEqual([
      ['First name', 'Last name', 'ID number', 'Email address', 'Assignment: A tiny lab (Real)'],
      ['Ada', 'Obi', '1001', '1001@uni.example', '87'],
      ['Zoë', 'Müller', '', '1004@uni.example', '0'],
    ])
    expect(stdout).toContain('✗ Noah Body: the roster has no student with the id 9999')
    expect(code).toBe(2)
  })

  test('of an older version says Surname; another column is named in full', async () => {
    const older = TABLE.replace('Last name', 'Surname').replace('Course total', 'Manual item')
    const { text } = await filled('moodle-gradebook', older, ['--column', 'Manual item (Real)'])
    expect(csvParse(text).map(row => [row.Surname, row['Manual item (Real)']])).toEqual([
      ['Obi', '87'],
      ['Müller', '0'],
    ])
    await expect(filled('moodle-gradebook', older, ['--column', 'Other'])).rejects.toThrow(
      'The table has no column "Other": name one of its columns with --column. It has: First name, Surname,',
    )
  })
})

describe('Blackboard', () => {
  const HEADER = [
    'Last Name',
    'First Name',
    'Username',
    'Student ID',
    'Last Access',
    'Tiny [Total Pts: 100 Score] |4711',
  ]
  const ROWS = [
    ['Obi', 'Ada', '1001', '', '2026-11-30', ''],
    ['Müller', 'Zoë', 'zm', '1004', '2026-11-30', ''],
  ]
  const quoted = (rows: string[][], by: string) => rows.map(row => row.map(cell => `"${cell}"`).join(by)).join('\r\n')

  test('gets a table with tabs in UTF-16 where it gave one', async () => {
    const table = Buffer.from(`\ufeff${quoted([HEADER, ...ROWS], '\t')}`, 'utf16le')
    const { bytes } = await filled('blackboard', table, ['--column', 'tiny'])
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe])
    expect([...tsvParse(bytes.subarray(2).toString('utf16le'))]).toMatchObject([
      { 'Last Name': 'Obi', 'First Name': 'Ada', Username: '1001', 'Tiny [Total Pts: 100 Score] |4711': '87' },
      { 'Last Name': 'Müller', Username: 'zm', 'Student ID': '1004', 'Tiny [Total Pts: 100 Score] |4711': '0' },
    ])
  })

  test('gets CSV in UTF-8 otherwise, and only its own columns', async () => {
    const { text } = await filled('blackboard', quoted([HEADER, ...ROWS], ','), ['--column', 'Tiny'])
    expect(csvParseRows(text)[0]).toEqual([...HEADER.slice(0, 4), HEADER[5]])
    await expect(filled('blackboard', quoted([HEADER, ...ROWS], ','))).rejects.toThrow(
      'The table has no column "A tiny lab": name one of its columns with --column. It has: Last Name,',
    )
  })
})

describe('Gradescope', () => {
  test('gets the columns of its own grades', async () => {
    const table = `First Name,Last Name,SID,Email,Role,Sections
Ada,Obi,1001,1001@uni.example,Student,A
Ida,Staff,,ida@uni.example,Instructor,
Bo,Li,,1002@uni.example,Student,"A, B"
`
    const { text } = await filled('gradescope', table)
    expect(csvParseRows(text)).toEqual([
      ['First Name', 'Last Name', 'SID', 'Email', 'Sections', 'Total Score', 'Max Points', 'Status'],
      ['Ada', 'Obi', '1001', '1001@uni.example', 'A', '87', '100', 'Graded'],
      ['Bo', 'Li', '', '1002@uni.example', 'A, B', '50', '100', 'Graded'],
    ])
  })
})

/** Python's csv module is a third reader, by other people than those of csv-parse and of d3. */
describe.skipIf(PYTHON === null)('read by Python, a table says the same', () => {
  const HARD = 'Li, "Bo"; \t=1+1\nsecond line'
  const tables: Readonly<Record<string, string>> = {
    canvas: 'Student,ID,SIS User ID,Section,A tiny lab (1)\n"Obi, Ada",1,1001,§,\n',
    moodle:
      'Identifier;Full name;ID number;Grade;Maximum grade;Last modified (grade)\nParticipant 7;Ada Obi;1001;;100;§\n',
    'moodle-gradebook': 'First name,Last name,ID number,Username,Assignment: A tiny lab (Real)\nAda,Obi,1001,,-\n',
    blackboard:
      'Last Name\tFirst Name\tUsername\tStudent ID\tA tiny lab [Total Pts: 100 Score] |1\nObi\tAda\t1001\t1001\t\n',
    gradescope: 'First Name,Last Name,SID,Email,Sections\nAda,Obi,1001,1001@uni.example,§\n',
  }

  test.each(Object.entries(tables))('%s', async (platform, table) => {
    const cell = `"${HARD.replaceAll('"', '""')}"`
    const { text } = await filled(platform, table.replace('§', cell))
    const delimiter = [',', ';', '\t'].find(each => table.split('\n')[0].includes(each)) ?? ','
    const rows = readByPython(text, delimiter)
    expect(rows).toEqual(dsvFormat(delimiter).parseRows(text))
    expect(rows.at(-1)).toContain('87')
    // A line break in a cell becomes a mark, so that each row is one line.
    if (table.includes('§')) expect(rows.at(-1)).toContain('Li, "Bo"; \t=1+1 ⏎ second line')
  })

  test('the class table', () => {
    const text = classCsv([], [graded(HARD, 50), graded('=1', 87)]).replace(/^\ufeff/, '')
    const rows = readByPython(text, ',')
    expect(rows).toEqual(csvParseRows(text))
    expect(rows.map(([name]) => name)).toEqual(['student', 'Li, "Bo"; \t=1+1 ⏎ second line', "'=1"])
  })
})

function readByPython(text: string, delimiter: string): string[][] {
  const program =
    'import csv, io, json, sys\n' +
    'text = sys.stdin.buffer.read().decode("utf-8")\n' +
    'print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), delimiter=sys.argv[1], strict=True))))'
  const output = execFileSync(PYTHON ?? '', ['-c', program, delimiter], { input: text, encoding: 'utf8' })
  return JSON.parse(output) as string[][]
}

describe('a mail merge', () => {
  test('has a row for each student with a score, and the path of the report', async () => {
    const { text, code } = await filled('mail', null)
    expect([...csvParse(text)]).toMatchObject([
      {
        name: 'Ada Obi',
        email: '1001@uni.example',
        points: '87',
        percent: '87',
        report: join(root, 'students/Ada Obi/report.html'),
      },
      {
        name: 'Bo Li',
        team: 'Team 7',
        points: '50',
        '01-tiny': '50',
        report: join(root, 'students/Team 7/report.html'),
      },
      { name: 'Cy Ek', team: 'Team 7' },
      { name: 'Zoë Müller', points: '0' },
    ])
    expect(code).toBe(0)
  })
})

describe('a mistake', () => {
  test.each([
    [
      ['--platform', 'canvas'],
      'a,b\n1,2\n',
      'The table has no column "ID" and "Section": give the one of Grades → Export',
    ],
    [
      ['--platform', 'canvas', '--lab', '2'],
      'Student,ID,Section\n',
      '--lab: give one of the labs of this class: 01-tiny.',
    ],
    [
      ['--platform', 'ilias'],
      'a',
      'Allowed choices are canvas, moodle, moodle-gradebook, blackboard, gradescope, mail.',
    ],
  ])('%j on %j is a sentence', async (args, table, words) => {
    await expect(filled('moodle', table, args)).rejects.toThrow(words)
  })

  test('is an archive of feedback for another platform', async () => {
    await expect(filled('canvas', 'Student,ID,Section\n', ['--feedback', join(root, 'f.zip')])).rejects.toThrow(
      '--feedback needs the numbers of participants, which only the table of --platform moodle has.',
    )
  })

  test('is a class without a roster', async () => {
    const { roster: _, ...without } = REPORT
    await expect(filled('mail', null, [], without)).rejects.toThrow('was graded without a roster')
  })

  test('is a student in two rows, who gets no grade in either', async () => {
    const { text, stdout } = await filled(
      'canvas',
      'Student,ID,SIS User ID,Section\n"Obi, Ada",1,1001,\nAda Obi,2,1001,\n"Li, Bo",3,1002,\n',
    )
    expect(csvParse(text).map(({ ID }) => ID)).toEqual(['3'])
    const left = stdout.split('\n').filter(line => line.startsWith('✗'))
    expect(left).toEqual([
      '✗ Ada Obi: is in several rows of the table',
      '✗ Cy Ek: is in no row of the table',
      '✗ Zoë Müller: is in no row of the table',
    ])
  })
})

async function namesIn(archive: string): Promise<string[]> {
  const names: string[] = []
  const zip = await openPromise(archive)
  for await (const entry of zip.eachEntry()) names.push(entry.fileName)
  return names
}

test('a student with 0 points because no files were found is named', async () => {
  const exercise = { id: 'a', points: 0, maxPoints: 100, status: 'missing' as const, tests: {} }
  const nothing = graded('Zoë Müller', 0)
  const labs = nothing.labs.map(lab => ({ ...lab, treeHash: null, exercises: [exercise] }))
  const report: ClassReport = { ...REPORT, students: [graded('Ada Obi', 0), { ...nothing, labs }] }
  const table = 'Username,A tiny lab [Total Pts: 100 Score] |1\n1001,\n1004,\n'
  const { stdout, code } = await filled('blackboard', table, [], report)
  expect(stdout).toContain('2 grades, 0 left out\n! 0 points, because no files were found: Zoë Müller\n')
  expect(code).toBe(0)
})

describe('a term', () => {
  const late = { ...graded('Ada Obi', 87), finalPoints: 69.6 }
  const report: ClassReport = {
    ...REPORT,
    students: [{ ...late, labs: late.labs.map(lab => ({ ...lab, final: { points: 69.6 } })) }],
  }

  test('platforms get the points that count', async () => {
    const table = 'Username,A tiny lab [Total Pts: 100 Score] |1\n1001,\n'
    const { text } = await filled('blackboard', table, [], report)
    expect(csvParseRows(text)[1]).toEqual(['1001', '69.6'])
    const { text: mail } = await filled('mail', null, [], report)
    expect(csvParse(mail)[0]).toMatchObject({ points: '69.6', percent: '70', '01-tiny': '69.6' })
  })

  test('reports of labs that are not released are not sent', async () => {
    const term = join(root, 'term.yaml')
    writeFileSync(term, 'labs: {}\n')
    await expect(filled('mail', null, ['--term', term], report)).rejects.toThrow(
      'The reports also show 01-tiny, which "',
    )
  })

  test('a class that was graded with a term is not sent without it', async () => {
    await expect(filled('mail', null, [], { ...report, hasTerm: true })).rejects.toThrow(
      'The class was graded with a term.yaml, which says what is released, and there is none now',
    )
  })
})
