import { basename, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { writeWhole } from '@backprop/files'
import { safeJson } from '@backprop/safe-text'
import type { Context } from '../context.ts'
import { UsageError } from '../errors.ts'
import { demandWritable } from '../writable.ts'
import { compare, type Comparison, type Likeness } from './compare.ts'
import { fragmentsOf, type Place } from './fragments.ts'
import { type Given, givenIn } from './given.ts'
import { clustersOf, type Identical, sameFiles, sameSubmissions } from './groups.ts'
import { Progress } from './progress.ts'
import { Reader } from './reader.ts'
import { similarCsv } from './similar-csv.ts'
import { renderSimilarPage } from './similar-page.ts'
import type { PlaceInFile, SimilarPair, SimilarReport } from './similar-report.ts'
import { earlierCohort, isLeftOut, isSubmission, type LeftOut, readCohort, type Submission } from './submission.ts'

export interface SimilarOptions {
  readonly submissions: string
  readonly lab: Lab
  /** Folders of earlier years. */
  readonly earlier: readonly string[]
  /** From 0 to 1. */
  readonly threshold: number
  readonly out: string
}

type Io = Pick<Context, 'stderr' | 'now' | 'signal'>

/** No one could read more; the number of the others is stated. */
const MAX_PAIRS = 500

/** Compares a folder of submissions, and writes `similar.html`, `similar.json` and `similar.csv`. */
export async function runSimilar(options: SimilarOptions, io: Io): Promise<SimilarReport> {
  const { lab, out } = options
  await demandWritable(out, '--out')
  const given = await givenIn(lab)
  const read = await readAll(options, given, io)
  const all = read.filter(isSubmission)
  if (all.length < 2) throw new UsageError(tooFew(all.length, read.filter(isLeftOut), lab))
  // Identical ones are compared once: they would be rare together, and fill the page with pairs.
  const same = sameSubmissions(all)
  const doubles = new Set(same.flatMap(({ submissions: [, ...others] }) => others))
  const distinct = all.filter(each => !doubles.has(each))
  const identical = [...same, ...sameFiles(distinct)]
  const report = reportOf(options, { read, identical, distinct, given }, io)
  await writeWhole(join(out, 'similar.json'), safeJson(report))
  await writeWhole(join(out, 'similar.csv'), similarCsv(report))
  await writeWhole(join(out, 'similar.html'), renderSimilarPage(report, filesOf(distinct)))
  return report
}

async function readAll({ submissions, earlier, lab, out }: SimilarOptions, given: Given, { stderr, signal }: Io) {
  const reader = new Reader()
  const progress = new Progress(stderr)
  try {
    const read: (Submission | LeftOut)[] = []
    for (const cohort of [{ folder: submissions, earlier: null }, ...earlier.map(earlierCohort)]) {
      const what = `${basename(cohort.folder)}: read`
      read.push(...(await readCohort(cohort, out, { lab, given, reader, signal }, (done, count) => progress.show(what, done, count)))) // prettier-ignore
    }
    return read
  } finally {
    progress.end()
    reader.close()
  }
}

const tooFew = (count: number, leftOut: readonly LeftOut[], { manifest: { id } }: Lab): string =>
  `Only ${count} of ${count + leftOut.length} submissions can be compared for ${id}, and it takes two: ` +
  `${leftOut.slice(0, 3).map(({ name, why }) => `${name}: ${why}`).join(' ')} Are these the right --submissions, and the right --lab?` // prettier-ignore

interface Found {
  readonly read: readonly (Submission | LeftOut)[]
  readonly identical: readonly Identical[]
  /** One of each that are identical. */
  readonly distinct: readonly Submission[]
  readonly given: Given
}

function reportOf(
  options: SimilarOptions,
  { read, identical, distinct, given }: Found,
  { stderr, now, signal }: Io,
): SimilarReport {
  const { submissions, lab, threshold } = options
  const comparison = compare(distinct)
  const named = comparison.atLeast(threshold)
  const progress = new Progress(stderr)
  const listed = named.slice(0, MAX_PAIRS).map((likeness, i) => {
    signal.throwIfAborted()
    progress.show('pairs: find the fragments', i + 1, Math.min(named.length, MAX_PAIRS))
    return pairOf(likeness, distinct, given, comparison)
  })
  progress.end()
  return {
    schema: 'backprop/similar/v1',
    class: basename(submissions),
    lab: { id: lab.manifest.id, title: lab.manifest.title },
    writtenAt: now().toISOString(),
    threshold,
    compared: distinct.length,
    pairsCompared: comparison.pairs,
    usual: {
      median: comparison.reachedBy(0.5),
      top1Percent: comparison.reachedBy(0.01),
      topOneInThousand: comparison.reachedBy(0.001),
    },
    identical: identical.map(({ files, submissions: group }) => ({ files: [...files], authors: group.map(authorOf) })),
    pairs: listed,
    pairsLeftOut: named.length - listed.length,
    groups: clustersOf(named)
      .filter(({ length }) => length > 2)
      .map(group => group.map(i => authorOf(distinct[i]))),
    leftOut: read.flatMap(notCompared),
  }
}

/** Why a submission, or some of its files, were not compared. */
function notCompared(read: Submission | LeftOut): SimilarReport['leftOut'] {
  const { name, earlier } = read
  if (isLeftOut(read)) return [{ name, earlier, why: read.why }]
  return read.problems.map(why => ({ name, earlier, why: `${why} (Its other files were compared.)` }))
}

const authorOf = ({ name, earlier }: Submission) => ({ name, earlier })

function pairOf(
  { left, right, similarity }: Likeness,
  all: readonly Submission[],
  given: Given,
  { rarity }: Comparison,
): SimilarPair {
  const sides = [all[left], all[right]] as const
  const fragments = fragmentsOf(...sides, given, rarity)
  return {
    left: authorOf(sides[0]),
    right: authorOf(sides[1]),
    similarity,
    longest: fragments.at(0)?.tokens ?? 0,
    sharedTokens: fragments.reduce((sum, { tokens }) => sum + tokens, 0),
    fragments: fragments.map(each => ({
      left: withLines(each.left, sides[0]),
      right: withLines(each.right, sides[1]),
      tokens: each.tokens,
      others: each.others,
    })),
  }
}

function withLines(place: Place, { files }: Submission): PlaceInFile {
  const text = files.get(place.file) ?? ''
  const lineAt = (i: number) => text.slice(0, i).split('\n').length
  return { ...place, firstLine: lineAt(place.start), lastLine: lineAt(place.end) }
}

/** The files of each author, for the page. */
const filesOf = (submissions: readonly Submission[]) =>
  new Map(submissions.map(({ name, earlier, files }) => [JSON.stringify([name, earlier]), files]))
