import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mergeShards } from '../src/class/shards/merge.ts'
import { planShards } from '../src/class/shards/plan.ts'
import { findLabs } from '../src/course.ts'
import { SEED_KEY } from '../src/pipeline/seed-key.ts'
import { timeless } from './class/timeless.ts'
import { HALF, RIGHT, STUB, type TinyCourse, tinyCourse, touchSuite } from './class/tiny-course.ts'

/** A class that is graded in parts must look as if one machine had graded it. */

const NAMES = ['ada', 'bob', 'Zoë Müller', 'dan', 'eve', 'finn', 'gus']
const CODES = [RIGHT, HALF, STUB]

async function classOfSeven(): Promise<TinyCourse> {
  const course = await tinyCourse()
  NAMES.forEach((name, i) => course.hand(name, CODES[i % CODES.length]))
  return course
}

/** Grades the parts into folders of their own, and joins them into `reports`. */
async function inParts(course: TinyCourse, count: number, reports: string, only: string | null = null) {
  const parts = Array.from({ length: count }, (_, i) => `${course.reports}-part-${i + 1}`)
  for (const [i, part] of parts.entries()) {
    rmSync(part, { recursive: true, force: true })
    await course.grade({ reports: part, shard: { index: i + 1, count }, only })
  }
  return { parts, merged: await merge(course, parts, reports) }
}

const merge = async (course: TinyCourse, parts: readonly string[], reports: string) =>
  mergeShards(
    { parts, submissions: course.submissions, reports, course: [course.lab] },
    { now: () => new Date(), env: { [SEED_KEY]: process.env[SEED_KEY] } },
  )

/** The page also shows which submissions took longest. */
const withoutTimes = (text: string): string =>
  timeless(text)
    .replace(/<h2>Slowest[^]*?<\/section>/, '')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'TIME')

/** What is in a folder of reports, without times; the cache goes by names that say what is in it. */
function contents(reports: string): Record<string, string> {
  const files = readdirSync(reports, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const paths = files.map(({ parentPath, name }) => relative(reports, join(parentPath, name)))
  const isSame = (path: string) => path !== 'journal.jsonl' && !path.startsWith('cache')
  return Object.fromEntries(
    paths.sort().map(path => [path, isSame(path) ? withoutTimes(readFileSync(join(reports, path), 'utf8')) : '']),
  )
}

describe('a class in parts', () => {
  test('gives what one run gives, but for times', async () => {
    const course = await classOfSeven()
    const whole = await course.grade({ reports: `${course.reports}-whole` })
    const { merged } = await inParts(course, 3, course.reports)
    expect(contents(course.reports)).toEqual(contents(`${course.reports}-whole`))
    const pointsOf = ({ rows }: Pick<typeof merged, 'rows'>) =>
      rows.map(row => [row.student, row.status === 'graded' && row.points])
    expect(pointsOf(merged)).toEqual(pointsOf(whole))
  })

  test('goes on the next night from what was merged, in other parts or in none', async () => {
    const course = await classOfSeven()
    await inParts(course, 3, course.reports)
    const { count } = course.runs()
    await course.grade()
    expect(course.runs().count, 'everything is in the cache').toBe(count)

    course.hand('ada', HALF)
    const plan = { submissions: course.submissions, reports: course.reports, labs: [course.lab], only: 'changed' }
    expect(await planShards({ ...plan, each: 1, most: 20 })).toEqual(['1/1'])
    const { rows } = await course.grade({ only: 'changed' })
    expect(rows.map(({ student }) => student)).toEqual(['ada'])
  })

  test('is split by how many submissions have changed', async () => {
    const course = await classOfSeven()
    const plan = { submissions: course.submissions, reports: course.reports, labs: [course.lab] }
    expect(await planShards({ ...plan, only: null, each: 3, most: 20 })).toEqual(['1/3', '2/3', '3/3'])
    expect(await planShards({ ...plan, only: null, each: 1, most: 2 })).toEqual(['1/2', '2/2'])
    await course.grade()
    expect(await planShards({ ...plan, only: 'changed', each: 3, most: 20 })).toEqual(['1/1'])
    touchSuite(course.lab)
    const labs = await findLabs('01', join(course.reports, '..'))
    expect(await planShards({ ...plan, labs, only: 'changed', each: 3, most: 20 })).toHaveLength(3)
  })

  test('is not merged if a part is missing, there twice, unfinished, or of another run', async () => {
    const course = await classOfSeven()
    const { parts } = await inParts(course, 2, course.reports)
    const [one, two] = parts
    const refusal = (...folders: string[]) =>
      merge(course, folders, course.reports).catch((error: Error) => error.message)
    expect(await refusal(one)).toBe('Parts of the class are missing: 2/2. Give the report folders of all 2.')
    expect(await refusal(one, one, two)).toBe(`"${one}" and "${one}" are both part 1/2.`)
    expect(await refusal(course.reports)).toMatch(/is not a part of a class: name report folders of/)
    const seeded = `${course.reports}-seeded`
    await course.grade({ reports: seeded, shard: { index: 2, count: 2 }, seed: 7 })
    expect(await refusal(one, seeded)).toBe(
      `"${one}" and "${seeded}" cannot be merged: they have different seeds (null and 7).`,
    )
    course.hand('late', RIGHT)
    expect(await refusal(one, two)).toMatch(/^1 submissions are in no part, "late" among them: grade part \d\/2 of/)
    const stopped = AbortSignal.abort(new Error('stopped'))
    await course
      .grade({ reports: `${course.reports}-cut`, shard: { index: 1, count: 2 } }, { signal: stopped })
      .catch(() => {})
    expect(await refusal(`${course.reports}-cut`, two)).toMatch(
      /is not finished: continue it with --shard 1\/2 --resume/,
    )
  })
})
