import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Collected } from '../src/class/collected.ts'
import { collect } from '../src/cli/collect-command.ts'
import { type Packed, tarGzOf, zipOf } from './packed.ts'
import { run } from './running.ts'

/** Downloads of learning platforms, as their documentation and their own code describe them. */

let root: string
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'backprop-collect-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

const ROSTER = `name;id;e-mail;section;team
Ada Obi;1001;ada@uni.example;A;
Bo Li;1002;bo@uni.example;A;
Zoë Müller-O'Neil;1003;zoe@uni.example;B;
Øystein Łuk;1004;oy@uni.example;B;Team 7
Anne-Marie Sæther;1005;am@uni.example;B;Team 7
山田 太郎;1006;yamada@uni.example;B;
`
type Files = Readonly<Record<string, string | Buffer>>

/** Collects a download, given as the files in it; as one archive, or as a folder. */
async function collected(files: Files, args: readonly string[] = [], how: 'zip' | 'tar' | 'folder' = 'zip') {
  const [roster, out] = [join(root, 'roster.csv'), join(root, 'out')]
  const from = join(root, how === 'folder' ? 'from' : `download.${how}`)
  writeFileSync(roster, ROSTER)
  const entries: Packed[] = Object.entries(files).map(([name, text]) => ({ name, text }))
  if (how === 'folder')
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(from, name)), { recursive: true })
      writeFileSync(join(from, name), text)
    }
  else writeFileSync(from, how === 'zip' ? zipOf(entries) : tarGzOf(entries))
  const given = ['--from', from, '--roster', roster, '--out', out, ...args]
  const { code, stdout, stderr } = await run(collect, given, { now: () => new Date('2026-12-01T08:00:00Z') })
  const json = Collected.parse(JSON.parse(readFileSync(join(out, 'collect.json'), 'utf8')))
  return { code, stdout, stderr, json, files: filesIn(out) }
}

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== 'collect.json')
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )

const lab = (text: string) => zipOf([{ name: 'src/a.ts', text }])
const DEADLINE = ['--before', '2026-11-30T23:59+01:00']
const FOLDERS = ['Ada Obi', 'Bo Li', "Zoë Müller-O'Neil", 'Team 7', '山田 太郎']

describe('Moodle', () => {
  const MOODLE = {
    'Ada Obi_200001_assignsubmission_file_/lab.zip': lab('ada'),
    'Bo Li_200002_assignsubmission_file_/src/a.ts': 'bo',
    'Bo Li_200002_assignsubmission_onlinetext_/onlinetext.html': '<p>Hello</p>',
    "Zoë Müller-O'Neil_200003_assignsubmission_file/a.ts": 'zoe',
    'Team 7-Anne-Marie Sæther_200005_assignsubmission_file_/lab.tar.gz': tarGzOf([{ name: 'x/src/a.ts', text: '7' }]),
  }

  test.each(['zip', 'tar', 'folder'] as const)('is read from a %s', async how => {
    const { code, stdout, files, json } = await collected(MOODLE, [], how)
    expect(files).toEqual({
      'Ada Obi/src/a.ts': 'ada',
      'Bo Li/src/a.ts': 'bo',
      'Bo Li/onlinetext.html': '<p>Hello</p>',
      "Zoë Müller-O'Neil/a.ts": 'zoe',
      'Team 7/x/src/a.ts': '7',
    })
    expect(stdout).toContain('From Moodle: 4 collected, 1 handed in nothing, 0 with a problem, 0 not matched')
    expect(stdout).toContain('· 山田 太郎: nothing handed in')
    expect(code).toBe(0)
    expect(json.submissions.map(({ name }) => name)).toEqual(FOLDERS)
    expect(readdirSync(join(root, 'out')).sort()).toEqual([...FOLDERS, 'collect.json'].sort())
  })

  test('has single files where its folders are switched off', async () => {
    const { files } = await collected({ '山田 太郎_200006_assignsubmission_file_lab_1.zip': lab('t') })
    expect(files).toEqual({ '山田 太郎/src/a.ts': 't' })
  })

  test('without names is matched by a column with the numbers of participants', async () => {
    const files = { 'Participant_200001_assignsubmission_file_/a.ts': 'ada' }
    expect((await collected(files)).json.unmatched).toEqual([
      {
        source: 'Participant_200001',
        why: 'the roster has no student with the id 200001, the id Participant 200001',
      },
    ])
  })
})

describe('Canvas', () => {
  test('has the name in one word, two numbers, and LATE', async () => {
    const { files, json, code, stdout } = await collected({
      'obiada_3001_901_lab.zip': lab('ada'),
      'libo_LATE_3002_902_perceptron-2.ts': 'bo',
      'libo_LATE_3002_903_quiz-2.ts': 'quiz',
      'mülleroneilzoë_3003_904_lab-1.zip': lab('zoe'),
      'sætherannemarie_3005_905_lab.zip': lab('7'),
      '山田太郎_3006_text.html': '<p>I did not do it</p>',
    })
    expect(files).toEqual({
      'Ada Obi/src/a.ts': 'ada',
      'Bo Li/perceptron.ts': 'bo',
      'Bo Li/quiz.ts': 'quiz',
      "Zoë Müller-O'Neil/src/a.ts": 'zoe',
      'Team 7/src/a.ts': '7',
      '山田 太郎/text.html': '<p>I did not do it</p>',
    })
    expect(json.submissions.map(({ late }) => late)).toEqual([false, true, false, false, false])
    expect(stdout).toContain('· Bo Li: late, says the platform\n')
    expect(code).toBe(0)
  })

  test('has only the last attempt, so a late resubmission replaces an earlier one in time: it is said', async () => {
    const { files, stdout, json } = await collected({ 'obiada_LATE_3001_905_lab-1.zip': lab('late') }, DEADLINE)
    expect(files).toEqual({ 'Ada Obi/src/a.ts': 'late' })
    expect(stdout).toContain('· Ada Obi: late, says the platform\n')
    expect(stdout).toContain('! 1 have no time of hand-in: --before did not apply to them.')
    expect(json.submissions[0]).toMatchObject({ late: true, submittedAt: null, source: 'obiada_3001' })
  })
})

describe('Blackboard', () => {
  const info = (name: string, user: string) =>
    `Name: ${name} (${user})\nAssignment: Lab 1\nDate Submitted: Monday, November 30, 2026 11:59:00 PM CET\nCurrent Grade: Needs Grading\n`
  const BLACKBOARD = {
    'Lab 1_1001_attempt_2026-11-29-10-00-00.txt': info('Ada Obi', '1001'),
    'Lab 1_1001_attempt_2026-11-29-10-00-00_lab.zip': lab('early'),
    'Lab 1_1001_attempt_2026-11-30-23-00-00.txt': info('Ada Obi', '1001'),
    'Lab 1_1001_attempt_2026-11-30-23-00-00_lab.zip': lab('on time'),
    'Lab 1_1001_attempt_2026-12-01-00-30-00.txt': info('Ada Obi', '1001'),
    'Lab 1_1001_attempt_2026-12-01-00-30-00_lab.zip': lab('late'),
    'Lab 1_bo_l_attempt_2026-12-01-00-30-00.txt': info('Bo Li', 'bo_l'),
    'Lab 1_bo_l_attempt_2026-12-01-00-30-00_lab.zip': lab('late'),
  }

  test('of several attempts, the newest counts', async () => {
    const { files, json } = await collected(BLACKBOARD)
    expect(files).toEqual({ 'Ada Obi/src/a.ts': 'late', 'Bo Li/src/a.ts': 'late' })
    expect(json.submissions[0]).toMatchObject({
      source: 'Lab 1_1001_attempt_2026-12-01-00-30-00',
      submittedAt: null,
      skipped: ['Lab 1_1001_attempt_2026-11-29-10-00-00', 'Lab 1_1001_attempt_2026-11-30-23-00-00'],
    })
  })

  test('with a deadline, the newest before it, on a clock with the same offset', async () => {
    const { files, json, code } = await collected(BLACKBOARD, DEADLINE)
    expect(files).toEqual({ 'Ada Obi/src/a.ts': 'on time' })
    expect(json.submissions[0].submittedAt).toBe('2026-11-30T22:00:00.000Z')
    expect(json.submissions[1]).toMatchObject({
      status: 'problem',
      problem: 'it was handed in after the deadline: Lab 1_bo_l_attempt_2026-12-01-00-30-00',
    })
    expect(code).toBe(2)
  })

  test('a late attempt without a file takes nothing back', async () => {
    const late = 'Lab 1_1001_attempt_2026-12-02-00-30-00.txt'
    const { files, json } = await collected({ ...BLACKBOARD, [late]: info('Ada Obi', '1001') })
    expect(files).toMatchObject({ 'Ada Obi/src/a.ts': 'late' })
    expect(json.submissions[0].skipped).toContain(late.replace('.txt', ''))
  })

  test('neither whose an attempt is nor its time comes from what a student wrote', async () => {
    const late = 'Lab 1_1001_attempt_2026-12-02-00-30-00'
    const text = info('Ada Obi', '1001').replace('Name:', 'Nombre:')
    const { files, json } = await collected(
      {
        ...BLACKBOARD,
        [`${late}.txt`]: `${text}Submission Field:\nName: Zoë Müller-O'Neil (1003)\n`,
        [`${late}_x_1001_attempt_2026-11-30-23-30-00_a.ts`]: 'late',
        [`${late}_x_1003_attempt_2026-11-30-23-30-00_b.ts`]: 'planted',
      },
      DEADLINE,
    )
    expect(files).toEqual({ 'Ada Obi/src/a.ts': 'on time' })
    expect(json.submissions[0].skipped).toContain(late)
    expect(json.unmatched).toEqual([])
  })

  test('an attempt without a file counts as nothing handed in', async () => {
    const { json, code } = await collected({ 'Lab 1_1001_attempt_2026-12-02-00-30-00.txt': info('Ada Obi', '1001') })
    expect(json.submissions[0]).toMatchObject({ status: 'nothing', source: 'Lab 1_1001_attempt_2026-12-02-00-30-00' })
    expect(code).toBe(0)
  })

  test.each(['2026-11-30', '2026-11-30T23:59', 'tomorrow', '2026-13-30T23:59Z'])('%j is no deadline', async time => {
    await expect(collected(BLACKBOARD, ['--before', time])).rejects.toThrow(
      '--before takes a time with its zone or its offset from UTC, such as 2026-11-30T23:59+01:00',
    )
  })
})

describe('Gradescope', () => {
  const METADATA = `submission_1:
  :submitters:
  - :name: Ada Obi
    :sid: '1001'
    :email: ada@uni.example
  :created_at: 2026-11-30 22:00:00.123456000 Z
  :score: 0.0
submission_2:
  :submitters:
  - :name: Anne-Marie Sæther
    :sid: 1005
    :email: AM@uni.example
  - :name: Øystein Łuk
    :sid: '1004'
    :email: oy@uni.example
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-11-30 21:00:00.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: America/New_York
    time: 2026-11-30 16:00:00.000000000 Z
`

  test('says in a separate file whose the folders are', async () => {
    const { files, json, stdout, code } = await collected({
      'assignment_42_export/submission_metadata.yml': METADATA,
      'assignment_42_export/submission_1/src/a.ts': 'ada',
      'assignment_42_export/submission_2/a.ts': '7',
      'assignment_42_export/submission_3/a.ts': 'whose?',
    })
    expect(files).toEqual({ 'Ada Obi/src/a.ts': 'ada', 'Team 7/a.ts': '7' })
    expect(json.submissions.map(({ submittedAt }) => submittedAt)).toEqual([
      '2026-11-30T22:00:00.123Z',
      null,
      null,
      '2026-11-30T21:00:00.000Z',
      null,
    ])
    expect(stdout).toContain('✗ submission_3: it is not named as the others are')
    expect(stdout).toContain('! More than a fifth handed in nothing: is this the right download, and the right roster?')
    expect(code).toBe(2)
  })

  test('refers to one zone as often as there are submissions', async () => {
    const zone = (i: number) => (i === 0 ? '&1 !ruby/object:ActiveSupport::TimeZone\n      name: Zurich' : '*1')
    const times = Array.from({ length: 300 }, (_, i) => `${String(i % 60).padStart(2, '0')}.5 Z\n    zone: ${zone(i)}`)
    const metadata = times.map(
      (rest, i) =>
        `submission_${i}:\n  :submitters:\n  - :sid: '1001'\n  :created_at: !ruby/object:ActiveSupport::TimeWithZone\n` +
        `    utc: 2026-11-${10 + Math.floor(i / 60)} 21:00:${rest}\n`,
    )
    const { json, code } = await collected({
      'submission_metadata.yml': `---\n${metadata.join('')}`,
      'submission_299/a.ts': 'last',
      'submission_0/a.ts': 'first',
    })
    expect(json.submissions[0]).toMatchObject({ source: 'submission_299', submittedAt: '2026-11-14T21:00:59.500Z' })
    expect(code).toBe(0)
  })

  test('a file that it did not write is refused', async () => {
    await expect(collected({ 'submission_metadata.yml': 'submission_1: 7' })).rejects.toThrow(
      'submission_metadata.yml of the download is not what Gradescope writes: it must name the :submitters',
    )
  })
})

describe('folders and archives that are named after students', () => {
  test('by id, e-mail address or name', async () => {
    const { files, code } = await collected({
      '1001/src/a.ts': 'ada',
      'bo@uni.example.zip': lab('bo'),
      "O'Neil, Zoe Muller.tar.gz": tarGzOf([{ name: 'a.ts', text: 'zoe' }]),
      'Team 7.tgz': tarGzOf([{ name: 'a.ts', text: '7' }]),
      '太郎 山田/a.ts': 't',
    })
    expect(files).toEqual({
      'Ada Obi/src/a.ts': 'ada',
      'Bo Li/src/a.ts': 'bo',
      "Zoë Müller-O'Neil/a.ts": 'zoe',
      'Team 7/a.ts': '7',
      '山田 太郎/a.ts': 't',
    })
    expect(code).toBe(0)
  })

  test('links are left out of a folder', async () => {
    mkdirSync(join(root, 'from/Ada Obi'), { recursive: true })
    symlinkSync('/etc/passwd', join(root, 'from/Ada Obi/a.ts'))
    symlinkSync(root, join(root, 'from/Bo Li'))
    const { files, stdout } = await collected({ '1006/a.ts': 't' }, [], 'folder')
    expect(files).toEqual({ '山田 太郎/a.ts': 't' })
    expect(stdout).toContain('✗ Ada Obi: nothing in it could be taken; a.ts is a link, or is no regular file')
    expect(stdout).toContain('✗ Bo Li: nothing in it could be taken; Bo Li is a link, or is no regular file')
  })
})

describe('nothing is guessed', () => {
  test('where no student fits, several do, or two things contradict each other', async () => {
    const { json, files, code } = await collected({
      'submission_metadata.yml': `a:
  :submitters:
  - :name: Ada Obi
    :sid: '1002'
b:
  :submitters:
  - :name: Noah Body
    :email: x@uni.example
c:
  :submitters: []
`,
      'a/a.ts': '1',
      'b/a.ts': '2',
      'c/a.ts': '3',
    })
    expect(files).toEqual({})
    expect(json.unmatched).toEqual([
      { source: 'a', why: 'the id 1002 is Bo Li, but the name Ada Obi is Ada Obi' },
      { source: 'b', why: 'the roster has no student with the e-mail address x@uni.example, the name Noah Body' },
      { source: 'c', why: 'it does not say whose it is' },
    ])
    expect(code).toBe(2)
  })

  const called = async (roster: string, files: Files) => {
    const [file, from, out] = ['roster.csv', 'from.zip', 'out'].map(name => join(root, name))
    writeFileSync(file, roster)
    writeFileSync(from, zipOf(Object.entries(files).map(([name, text]) => ({ name, text }))))
    const { stdout } = await run(collect, ['--from', from, '--roster', file, '--out', out])
    return { stdout, files: filesIn(out) }
  }

  test('where two students have one name: parentheses tell them apart, and a number says which it is', async () => {
    const roster = 'name,participant\nAda Obi (1),77\nAda Obi (2),78\n'
    const moodle = (number: number) => `Ada Obi_${number}_assignsubmission_file_/a.ts`
    expect((await called(roster, { [moodle(77)]: '77', [moodle(78)]: '78' })).files).toEqual({
      'Ada Obi (1)/a.ts': '77',
      'Ada Obi (2)/a.ts': '78',
    })
    const { stdout, files } = await called(roster, { 'obiada_3_4_a.ts': '?' })
    expect(files).not.toHaveProperty('Ada Obi (1)/a.ts')
    expect(stdout).toContain('✗ obiada_3: the name obiada fits Ada Obi (1) and Ada Obi (2)\n')
  })

  test('where a spreadsheet dropped the zeros of an id, but the hint says so', async () => {
    const { stdout } = await called('name,id\nAda Obi,42\n', { '0042/a.ts': '1' })
    expect(stdout).toContain(
      '✗ 0042: the roster has no student with the id 0042, the name 0042 (it has 42: did a spreadsheet drop the zeros?)\n',
    )
  })

  test('where two submissions of a student have no times', async () => {
    const { json, files } = await collected({ '1001/a.ts': '1', 'Ada Obi.zip': lab('2') })
    expect(files).toEqual({})
    expect(json.submissions[0]).toMatchObject({
      status: 'problem',
      problem: '2 submissions, and nothing says which is the newest: 1001, Ada Obi.zip',
    })
  })
})

describe('a download of which nothing can be taken', () => {
  test.each([
    ['has a password', [{ name: 'Ada Obi/a.ts', text: 'x', encrypted: true }], ': Ada Obi/a.ts is encrypted.'],
    ['is empty', [], ', because no file is in it.'],
  ])('because it %s', async (_, entries, why) => {
    const [roster, from] = [join(root, 'roster.csv'), join(root, 'download.zip')]
    writeFileSync(roster, ROSTER)
    writeFileSync(from, zipOf(entries))
    await expect(run(collect, ['--from', from, '--roster', roster, '--out', join(root, 'out')])).rejects.toThrow(
      `Nothing in "${from}" could be taken${why} Download it again, or unpack it and give the folder.`,
    )
  })
})

describe('a file that a student named as if it came from another platform', () => {
  const planted = [
    'Bo Li_7_assignsubmission_file_b.ts',
    'x_attempt_2026-11-30-23-59-00_b.ts',
    'submission_metadata.yml',
  ]

  test.each(planted)('says nothing about the class: %s', async name => {
    const { files, stdout } = await collected({
      [`obiada_3001_901_${name}`]: 'ada',
      'libo_3002_902_a.ts': 'bo',
      'mülleroneilzoë_3003_904_a.ts': 'zoe',
    })
    expect(stdout).toContain('From Canvas: 3 collected')
    expect(files).toEqual({ [`Ada Obi/${name}`]: 'ada', 'Bo Li/a.ts': 'bo', "Zoë Müller-O'Neil/a.ts": 'zoe' })
  })

  test('nor in a folder for each student', async () => {
    const { files, code } = await collected({
      '1001/a.ts': 'ada',
      '1002/a.ts': 'bo',
      'obiada_3001_901_lab.ts': 'of whom?',
    })
    expect(files).toEqual({ 'Ada Obi/a.ts': 'ada', 'Bo Li/a.ts': 'bo' })
    expect(code).toBe(2)
  })
})

describe('several downloads', () => {
  const collectAll = async (downloads: Readonly<Record<string, Files>>, args: readonly string[] = []) => {
    const [roster, out] = [join(root, 'roster.csv'), join(root, 'out')]
    writeFileSync(roster, ROSTER)
    const from = Object.entries(downloads).map(([name, files]) => {
      const entries = Object.entries(files).map(([name, text]) => ({ name, text }))
      writeFileSync(join(root, name), zipOf(entries))
      return join(root, name)
    })
    const { code, stdout } = await run(collect, ['--from', ...from, '--roster', roster, '--out', out, ...args])
    const json = Collected.parse(JSON.parse(readFileSync(join(out, 'collect.json'), 'utf8')))
    return { code, stdout, json, files: filesIn(out) }
  }
  const moodle = (name: string, number: number) => `${name}_${number}_assignsubmission_file_/a.ts`

  test('are collected together, also from different platforms', async () => {
    const { files, json, stdout } = await collectAll({
      'a.zip': { [moodle('Ada Obi', 1)]: 'ada', [moodle('Noah Body', 9)]: '?' },
      'b.zip': { [moodle('山田 太郎', 1)]: 't' },
      'c.zip': { 'libo_3002_902_a.ts': 'bo' },
    })
    expect(files).toEqual({ 'Ada Obi/a.ts': 'ada', 'Bo Li/a.ts': 'bo', '山田 太郎/a.ts': 't' })
    expect(json.submissions[0].source).toBe('a.zip: Ada Obi_1')
    expect(json.unmatched.map(({ source }) => source)).toEqual(['a.zip: Noah Body_9'])
    expect(stdout).toContain('From Moodle and Canvas: 3 collected')
  })

  test('a student in two of them is a problem if nothing says which is newer', async () => {
    const { json, files } = await collectAll({
      'a.zip': { [moodle('Ada Obi', 1)]: '1' },
      'b.zip': { [moodle('Ada Obi', 7)]: '2' },
    })
    expect(files).toEqual({})
    expect(json.submissions[0].problem).toBe(
      '2 submissions, and nothing says which is the newest: a.zip: Ada Obi_1, b.zip: Ada Obi_7',
    )
  })

  const blackboard = { 'Lab 1_1001_attempt_2026-11-30-23-30-00_a.ts': 'at 22:30 UTC' }
  const gradescope = {
    'submission_metadata.yml': "s:\n  :submitters:\n  - :sid: '1001'\n  :created_at: 2026-11-30 22:45:00 Z\n",
    's/a.ts': 'at 22:45 UTC',
  }

  test('a clock of unknown zone and a moment are compared only with the offset of a deadline', async () => {
    const both = { 'b.zip': blackboard, 'g.zip': gradescope }
    expect((await collectAll(both)).json.submissions[0].problem).toContain('nothing says which is the newest')
    expect((await collectAll(both, DEADLINE)).files).toEqual({ 'Ada Obi/a.ts': 'at 22:45 UTC' })
  })
})

describe('hostile submissions', () => {
  test('cost their own student something, and no other', async () => {
    const zeros = Array.from({ length: 60 }, (_, i) => ({ name: `${i}.ts`, text: Buffer.alloc(1 << 20) }))
    const { json, files, stdout, code } = await collected({
      '1001.zip': zipOf(zeros),
      '1002.zip': zipOf([
        { name: '../../../Ada Obi/src/a.ts', text: 'planted' },
        { name: 'src/a.ts', text: 'mine' },
      ]),
      '1003.zip': 'Rar!',
      '1006.zip': lab('t'),
    })
    expect(files).toMatchObject({ 'Bo Li/src/a.ts': 'mine', '山田 太郎/src/a.ts': 't' })
    expect(Object.keys(files).filter(path => path.endsWith('.ts'))).toHaveLength(2)
    expect(json.submissions.map(({ problem }) => problem)).toEqual([
      '1001.zip: it unpacks to more than 200 times its size',
      '../../../Ada Obi/src/a.ts has a path that leads out of the archive',
      '1003.zip: it is a RAR archive: .zip and .tar.gz can be read',
      null,
      null,
    ])
    expect(stdout).toContain('✗ Bo Li: ../../../Ada Obi/src/a.ts has a path that leads out of the archive\n')
    expect(stdout).toContain('! To solve these: unpack the download, correct what is named above')
    expect(code).toBe(2)
  })

  const problemsOf = async (files: Files) => {
    const { json, code } = await collected(files)
    return [...json.submissions.flatMap(({ problem }) => problem ?? []), code]
  }

  test('of which everything, or a file with code, was left out are problems', async () => {
    const encrypted = { name: 'src/a.ts', text: 'x', encrypted: true }
    expect(await problemsOf({ '1001.zip': zipOf([encrypted]), '1002.zip': zipOf([]), '1003/a.ts': '' })).toEqual([
      'nothing in it could be taken; src/a.ts is encrypted',
      'there is no file in it',
      2,
    ])
    const twice = [1, 2].map(i => ({ name: 'src/a.ts', text: String(i) }))
    const large = { name: 'src/b.ts', text: 'x'.repeat(2 << 20) }
    expect(await problemsOf({ '1001.zip': zipOf([...twice, large, encrypted, { name: 'quiz.ts' }]) })).toEqual([
      'src/a.ts is there twice, or differs from another only in case; src/a.ts is there twice, or differs from another ' +
        'only in case; src/b.ts has 2097152 bytes; at most 1048576 are taken; and 1 more',
      2,
    ])
    expect(await problemsOf({ '1001.zip': zipOf([{ name: `${'x'.repeat(2000)}.ts` }, { name: 'a.ts' }]) })).toEqual([
      expect.stringMatching(/^x{100,120}… \(cut\) has a path that is too long$/),
      2,
    ])
  })

  test('lose nothing without other large files, declarations and data that is compressed', async () => {
    const files = [
      { name: 'src/a.ts', text: 'a' },
      { name: 'weights.bin', text: 'x'.repeat(2 << 20) },
      { name: 'dist/a.d.ts', text: 'x'.repeat(2 << 20) },
      { name: 'data/train.csv.gz', text: Buffer.from([0x1f, 0x8b, 8, 0]) },
    ]
    const { code, stdout, files: taken } = await collected({ '1001.zip': zipOf(files) })
    expect(Object.keys(taken)).toEqual(['Ada Obi/data/train.csv.gz', 'Ada Obi/src/a.ts'])
    expect(stdout).toContain('· Ada Obi: 2 left out: weights.bin has 2097152 bytes; at most 1048576 are taken, …\n')
    expect(code).toBe(0)
  })

  test('in an archive of the platform never reach another folder', async () => {
    const name = fc.array(
      fc.constantFrom('..', 'Ada Obi', '1001', 'Bo Li_2_assignsubmission_file_', 'a.ts', '/', '.'),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 4 }), async names => {
        rmSync(join(root, 'out'), { recursive: true, force: true })
        const planted = Object.fromEntries(names.map(parts => [parts.join('/'), 'planted']))
        await collected({ '1006/keep.ts': 't', ...planted }).catch((error: Error) =>
          expect(error.name).toBe('UsageError'),
        )
        expect(readdirSync(root).sort()).toEqual(['download.zip', 'out', 'roster.csv'])
      }),
      { numRuns: 30 },
    )
  })
})

describe('collecting again', () => {
  test('replaces what it wrote, and nothing else', async () => {
    await collected({ '1001/a.ts': '1', '1002/a.ts': 'bo' })
    mkdirSync(join(root, 'out/notes'))
    writeFileSync(join(root, 'out/notes/mine.txt'), 'mine')
    expect((await collected({ '1001/b.ts': '2' })).files).toEqual({ 'Ada Obi/b.ts': '2', 'notes/mine.txt': 'mine' })
  })

  test('refuses to replace a folder that it did not write', async () => {
    mkdirSync(join(root, 'out/Ada Obi'), { recursive: true })
    await expect(collected({ '1001/a.ts': '1' })).rejects.toThrow(
      'holds folders that "grade collect" would replace but did not write: Ada Obi.',
    )
    expect(readdirSync(join(root, 'out'))).toEqual(['Ada Obi'])
  })

  test.each([
    ['nowhere', 'There is no file or folder'],
    ['roster.csv', 'cannot be unpacked: it is neither a ZIP nor a TAR archive'],
  ])('--from %s is refused in a sentence', async (from, words) => {
    writeFileSync(join(root, 'roster.csv'), ROSTER)
    const args = ['--from', join(root, from), '--roster', join(root, 'roster.csv'), '--out', join(root, 'out')]
    await expect(run(collect, args)).rejects.toThrow(words)
  })
})
