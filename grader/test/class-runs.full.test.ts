import { createPublicKey } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ClassOptions } from '../src/class/run-class.ts'
import type { StudentResult } from '../src/class/student-result.ts'
import { keyId, makeKeys } from '../src/signing/keys.ts'
import { readReport } from '../src/signing/read.ts'
import { signatureFault } from '../src/signing/sign.ts'
import { timeless } from './class/timeless.ts'
import { HALF, RIGHT, STUB, tinyCourse, touchSuite } from './class/tiny-course.ts'

/** `grade class` on a lab of two tests. The suite is real and so is the sandbox; only the lab is small. */

const points = (rows: readonly StudentResult[]) =>
  Object.fromEntries(rows.map(row => [row.student, row.status === 'graded' ? row.points : row.status]))

describe.concurrent('runs of grade class', () => {
  test('two gradings of the same submission differ in nothing but times', async () => {
    const course = await tinyCourse()
    course.hand('half', HALF)
    const texts: string[][] = []
    for (const reports of [course.reports, `${course.reports}-again`]) {
      await course.grade({ reports })
      const files = [
        'students/half/report.json',
        'students/half/report.html',
        'logs/half.json',
        'class.csv',
        'class.json',
      ]
      texts.push(files.map(file => timeless(readFileSync(join(reports, file), 'utf8'))))
    }
    expect(course.runs().count).toBe(2)
    expect(texts[1]).toEqual(texts[0])
  })

  test('what depends on the machine of the moment is not remembered: too slow one day, graded the next', async () => {
    const course = await tinyCourse()
    course.hand('slow', 'export const double = (x: number) => { while (x > 100) {} return 2 * x }\n')
    course.hand('wrong', HALF)
    for (const runs of [2, 3]) {
      expect(points((await course.grade()).rows)).toEqual({ slow: 60, wrong: 60 })
      expect(course.runs().count).toBe(runs)
    }
  })

  test('another seed, another suite, another folder and a damaged cache mean another run', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    const runsOf = async (options?: Partial<ClassOptions>) => {
      const { count } = course.runs()
      expect(points((await course.grade(options)).rows)).toEqual({ ada: 100 })
      return course.runs().count - count
    }
    expect([await runsOf(), await runsOf()]).toEqual([1, 0])
    expect([await runsOf({ seed: 7 }), await runsOf({ seed: 7 })]).toEqual([1, 0])
    expect(await runsOf({ reports: `${course.reports}-2` })).toBe(1)
    damage(join(course.reports, 'cache'))
    expect(await runsOf()).toBe(1)
    touchSuite(course.lab)
    expect(await runsOf()).toBe(1)
  })

  test('no more submissions are graded at once than there are jobs', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c', 'd']) course.hand(name, `${RIGHT}// ${name}\n`)
    await course.grade({ jobs: 1 })
    expect(course.runs()).toEqual({ count: 4, together: 1 })
  })

  test('a passing fault of the grader is tried again; a failure of the student is not', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', 'export const double = (x: number) => (x < 100 ? 2 * x : process.exit(1))\n')
    course.breakFor(2000, 2)
    const { rows } = await course.grade()
    expect(points(rows)).toEqual({ ada: 100, bo: 60 })
    expect(course.runs().count, 'three times for ada, once for bo').toBe(4)
  })

  test('--only failed grades those alone who have no score, and keeps the others in the table', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    course.breakFor(2000, 99)
    await course.grade()
    course.breakFor(2000, 0)
    course.hand('bo', RIGHT)
    const { rows, report } = await course.grade({ only: 'failed' })
    expect(points(rows)).toEqual({ ada: 100 })
    expect(points(report.students)).toEqual({ ada: 100, bo: 60 })
    expect(existsSync(join(course.reports, 'logs/ada.fault.txt'))).toBe(false)
    expect((await course.grade({ only: 'failed' })).rows).toEqual([])
  })

  test('--only changed grades students whose files or suite differ', async () => {
    const course = await tinyCourse()
    course.hand('ada', RIGHT)
    course.hand('bo', HALF)
    course.hand('stub', STUB)
    await course.grade()
    expect((await course.grade({ only: 'changed' })).rows).toEqual([])
    course.hand('bo', RIGHT)
    course.hand('new', HALF)
    const { rows, report } = await course.grade({ only: 'changed' })
    expect(points(rows)).toEqual({ bo: 100, new: 60 })
    expect(points(report.students)).toEqual({ ada: 100, bo: 100, new: 60, stub: 0 })
    touchSuite(course.lab)
    expect(points((await course.grade({ only: 'changed' })).rows)).toEqual({ ada: 100, bo: 100, new: 60, stub: 0 })
  })

  test('--only with a name grades that student, as a shell completes it too', async () => {
    const course = await tinyCourse()
    course.hand('Zoë', HALF)
    course.hand('failed', STUB)
    expect(points((await course.grade({ only: 'Zoë'.normalize('NFD') })).rows)).toEqual({ Zoë: 60 })
    expect(points((await course.grade({ only: './failed/' })).rows)).toEqual({ failed: 0 })
    await expect(course.grade({ only: 'zoe' })).rejects.toThrow(
      '--only takes failed, changed or the name of a student\'s folder, and there is no folder "zoe".',
    )
  })

  test('a run is resumed with the key that it was started with, or not at all', async () => {
    const course = await tinyCourse()
    course.hand('ada', STUB)
    const [first, second] = [makeKeys(), makeKeys()].map(({ privatePem, publicPem }) => ({
      env: { BACKPROP_SIGNING_KEY: privatePem },
      id: keyId(createPublicKey(publicPem)).slice(0, 16),
    }))
    await course.grade({}, first)
    await expect(course.grade({ resume: true })).rejects.toThrow(
      `cannot be resumed: its reports are signed with key ${first.id}, and BACKPROP_SIGNING_KEY is not set: set it to that key. `,
    )
    await expect(course.grade({ resume: true }, second)).rejects.toThrow(
      `cannot be resumed: its reports are signed with key ${first.id}, and BACKPROP_SIGNING_KEY holds ${second.id}: set it to the first. `,
    )
    await expect(course.grade({ only: 'ada' })).rejects.toThrow('Nothing can be added to the results')
    await course.grade({ resume: true }, first)
    await course.grade()
    await expect(course.grade({ resume: true }, first)).rejects.toThrow(
      `cannot be resumed: it was started without a key, and now BACKPROP_SIGNING_KEY holds ${first.id}, which would sign only some reports: unset it. `,
    )
  })

  test('an abort keeps what is done, and a resume does the rest alone', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c', 'd']) course.hand(name, `${RIGHT}// ${name}\n`)
    const stop = new AbortController()
    const done = () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('{"row"').length - 1 : 0)
    const journal = join(course.reports, 'journal.jsonl')
    const watch = setInterval(() => done() >= 2 && stop.abort(), 5)
    await expect(course.grade({ jobs: 1 }, { signal: stop.signal })).rejects.toThrow()
    clearInterval(watch)
    expect(existsSync(join(course.reports, 'class.csv')), 'no table of half a class').toBe(false)
    const kept = done()
    const { rows, stderr } = await course.grade({ resume: true })
    expect(points(rows)).toEqual({ a: 100, b: 100, c: 100, d: 100 })
    expect(stderr.match(/^\d\/4/gm), 'told of the rest alone').toHaveLength(4 - kept)
  })

  test('the student who has waited longest comes first', async () => {
    const course = await tinyCourse()
    for (const name of ['a', 'b', 'c']) course.hand(name, STUB)
    await course.grade({ only: 'b' })
    const { stderr } = await course.grade({ jobs: 1 })
    expect(stderr.match(/^\d\/3 {2}./gm)).toEqual(['1/3  a', '2/3  c', '3/3  b'])
  })

  test('with a key configured, every report is signed', async () => {
    const course = await tinyCourse()
    course.hand('ada', HALF)
    const { privatePem, publicPem } = makeKeys()
    await course.grade({}, { env: { BACKPROP_SIGNING_KEY: privatePem } })
    const report = await readReport(join(course.reports, 'students/ada/report.json'))
    expect(signatureFault(report, createPublicKey(publicPem))).toBeNull()
  })
})

function damage(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"points":100', '"points":999'))
  }
}
