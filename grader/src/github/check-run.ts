import { EXPORTERS, exportReport, finalPoints, headline, type Report, type ReportLab } from '@backprop/report'
import { z } from 'zod'
import { type Api, ApiRefused } from './api.ts'

/** What a student sees next to a commit: https://docs.github.com/rest/checks/runs. */
export interface CheckRun {
  readonly name: string
  /** A prefix for this lab, then the hashes of the graded files and of the hidden suite. */
  readonly external_id: string
  readonly status: 'completed'
  /** Lost points are not a failure: the run succeeded, and the commit stays mergeable. */
  readonly conclusion: 'success' | 'neutral'
  readonly completed_at: string
  readonly output: { readonly title: string; readonly summary: string }
}

/** Each lab has its own check run, so labs that are graded one after another do not replace each other. */
export const checkNameOf = (lab: string): string => `Backprop Labs: ${lab}`
const idStart = (lab: string): string => `backprop/${lab}:`

/** GitHub's limit for a summary. */
const MAX_SUMMARY_CHARACTERS = 65_535

/** The check run of one lab of a report. Pure, so posting it twice changes nothing. */
export function checkRunOf({ ungraded: _, ...report }: Report, lab: ReportLab): CheckRun {
  const { id, points, maxPoints, provenance } = lab
  const alone = { ...report, labs: [lab], points, maxPoints, finalPoints: lab.final?.points }
  return {
    name: checkNameOf(id),
    external_id: `${idStart(id)}${provenance.treeHash ?? 'none'}:${provenance.suiteHash}`,
    status: 'completed',
    conclusion: finalPoints(lab) === maxPoints ? 'success' : 'neutral',
    completed_at: report.provenance.gradedAt,
    output: { title: headline(alone), summary: shortened(summaryOf(alone)) },
  }
}

const UNGRADED = 'ungraded'

/** Why a lab has no score yet; either way it is not the student's fault. */
const NO_SCORE = {
  fault: {
    title: 'No score: the grader failed',
    summary: [
      "**This isn't your fault.** The grader failed while it worked on this lab, so there is no score, not even zero. It says nothing about your code.",
      "Your instructor sees the failure and grades this commit again. The result then replaces this note. You don't have to do anything, and pushing again costs you nothing.",
    ],
  },
  pending: {
    title: 'Not graded yet',
    summary: [
      "**Nothing is wrong with your commit.** It just hasn't been graded yet, so there is no score.",
      "When your instructor grades it, the result replaces this note. You don't have to do anything.",
    ],
  },
} as const
export type NoScore = keyof typeof NO_SCORE

/** The check run of a lab without a score, for the student who would otherwise see nothing. */
export const ungradedCheckRun = (lab: string, why: NoScore, at: string): CheckRun => ({
  name: checkNameOf(lab),
  external_id: `${idStart(lab)}${UNGRADED}:${why}`,
  status: 'completed',
  conclusion: 'neutral',
  completed_at: at,
  output: { title: NO_SCORE[why].title, summary: NO_SCORE[why].summary.join('\n\n') },
})

const isUngraded = (id: string): boolean => id.split(':')[1] === UNGRADED

function summaryOf(report: Report): string {
  const markdown = EXPORTERS.filter(({ id }) => id === 'markdown')
  return markdown
    .flatMap(exporter => exportReport(exporter, report))
    .map(({ text }) => text)
    .join('')
    .trim()
}

/** As many whole paragraphs as fit, and a note if some do not. */
function shortened(markdown: string): string {
  if (markdown.length <= MAX_SUMMARY_CHARACTERS) return markdown
  const note = '\n\nThe rest is too long for this page. Ask your instructor for the full report.'
  const cut = markdown.lastIndexOf('\n\n', MAX_SUMMARY_CHARACTERS - note.length)
  return markdown.slice(0, cut) + note
}

const Existing = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      external_id: z.string().nullish(),
      conclusion: z.string().nullish(),
      output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }),
    }),
  ),
})
type Existing = z.infer<typeof Existing>['check_runs'][number]

export type Posted = 'posted' | 'updated' | 'unchanged'

/**
 * Posts `run` as the check run of its lab on a commit: updates the existing one, or creates one if there is none. A run
 * without a score never replaces a score. Safe to repeat after any fault. Throws ApiRefused and ApiBusy.
 * @param repository as `owner/repo`
 */
export async function postCheckRun(api: Api, repository: string, commit: string, run: CheckRun): Promise<Posted> {
  const query = `check_name=${encodeURIComponent(run.name)}&per_page=100`
  const found = Existing.parse(await api.request('GET', `/repos/${repository}/commits/${commit}/check-runs?${query}`))
  const own = run.external_id.slice(0, run.external_id.indexOf(':') + 1)
  const existing = found.check_runs
    .filter(({ name, external_id }) => name === run.name && external_id?.startsWith(own))
    .sort((a, b) => b.id - a.id)
  if (existing.some(other => saysTheSame(other, run))) return 'unchanged'
  if (isUngraded(run.external_id) && existing.some(other => !isUngraded(other.external_id ?? ''))) return 'unchanged'
  for (const { id } of existing) {
    try {
      await api.request('PATCH', `/repos/${repository}/check-runs/${id}`, run)
      return 'updated'
    } catch (error) {
      // Another app made it, perhaps the student's workflow: only the app that made a check run may change it.
      if (!(error instanceof ApiRefused && error.status === 403)) throw error
    }
  }
  await api.request('POST', `/repos/${repository}/check-runs`, { ...run, head_sha: commit })
  return 'posted'
}

const saysTheSame = ({ external_id, conclusion, output }: Existing, run: CheckRun): boolean =>
  external_id === run.external_id &&
  conclusion === run.conclusion &&
  output.title === run.output.title &&
  output.summary?.trim() === run.output.summary.trim()
