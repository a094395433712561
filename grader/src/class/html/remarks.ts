import { isMisplaced } from '@backprop/course/submission'
import { FROM_FUTURE, isFromFuture, type Status, WORDS } from '@backprop/report'
import { STRONG } from '../../pipeline/machine.ts'
import type { GradedStudent, LabResult } from '../student-result.ts'

/** Statuses that say more than that an answer is wrong. */
const REMARKABLE: readonly Status[] = ['tampered', 'timeout', 'out-of-memory']

/** Whatever is unusual about a submission, in short phrases. */
export function remarks(row: GradedStudent): string[] {
  const { labs, tier, committedAt, ungraded = [] } = row
  const seen = REMARKABLE.filter(status => labs.some(lab => statuses(lab).has(status)))
  const faults = ungraded.map(({ id, reason }) => `‼ ${id}: grader error: ${reason}`)
  const problems = labs.flatMap(({ problem }) =>
    problem === null ? [] : [mostTelling(problem.split('\n')).slice(0, 120)],
  )
  const found = labs.flatMap(({ foundIn }) => (foundIn === undefined ? [] : [`found in ${foundIn}`]))
  return [
    ...faults,
    ...problems,
    ...found,
    ...seen.map(status => `${WORDS[status].sign} ${WORDS[status].word}`),
    ...(STRONG.includes(tier) ? [] : [`tier ${tier}`]),
    ...(committedAt === null ? [] : [`committed ${minute(committedAt)}`]),
    ...(isFromFuture(row) ? [`‼ ${FROM_FUTURE}`] : []),
  ]
}

/** Times are stored in UTC. */
export const minute = (iso: string | null): string => (iso === null ? '' : `${iso.slice(0, 16).replace('T', ' ')} UTC`)
const mostTelling = (lines: readonly string[]): string => lines.find(isMisplaced) ?? lines[0]

const statuses = ({ exercises }: LabResult): Set<Status> => new Set(exercises.map(({ status }) => status))
