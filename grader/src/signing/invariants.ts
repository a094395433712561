import type { Lab } from '@backprop/course'
import { type Report, type ReportLab, sumOfFinals } from '@backprop/report'

/** What must hold in every report, signed or not. Each function returns a sentence for each contradiction. */

interface Points {
  readonly points: number
  readonly maxPoints: number
}

interface Part extends Points {
  readonly id: string
}

/** Points that do not add up, and ids that occur twice. */
export function contradictions(report: Report): string[] {
  return [
    ...whole('the report', report, report.labs),
    ...finals(report),
    ...report.labs.flatMap(lab => [
      ...whole(lab.id, lab, lab.exercises),
      ...lab.exercises.flatMap(exercise => [
        ...whole(`${lab.id} ${exercise.id}`, exercise, exercise.tests),
        ...exercise.tests.flatMap(test => allOrNothing(`${lab.id} ${exercise.id}/${test.id}`, test)),
      ]),
    ]),
  ]
}

/** Final points that do not add up, or are more than there are. */
function finals({ labs, finalPoints }: Report): string[] {
  const sum = sumOfFinals(labs)
  return [
    ...(sum === finalPoints
      ? []
      : [`the report counts ${finalPoints ?? 'no'} final points, but its labs ${sum ?? 'none'}.`]),
    ...labs.flatMap(({ id, final, maxPoints }) =>
      final && final.points > maxPoints ? [`${id} counts ${final.points} points, of ${maxPoints}.`] : [],
    ),
  ]
}

/** Where the report of a lab contradicts the manifest that it was graded by. */
export function disagreements(lab: ReportLab, { manifest }: Lab): string[] {
  const listed = new Map(manifest.exercises.flatMap(({ id, tests }) => tests.map(test => [`${id}/${test.id}`, test])))
  const reported = new Map(lab.exercises.flatMap(({ id, tests }) => tests.map(test => [`${id}/${test.id}`, test])))
  const missing = [...listed.keys()].filter(id => !reported.has(id)).map(id => `${lab.id} ${id} is missing.`)
  const wrong = [...reported].flatMap(([id, { maxPoints }]) => {
    const points = listed.get(id)?.points
    if (points === undefined) return [`${lab.id} ${id} is not a test of the course.`]
    return points === maxPoints ? [] : [`${lab.id} ${id} is worth ${points} points in the course, not ${maxPoints}.`]
  })
  return [...missing, ...wrong]
}

function whole(where: string, { points, maxPoints }: Points, parts: readonly Part[]): string[] {
  const sum = (of: 'points' | 'maxPoints') => parts.reduce((total, part) => total + part[of], 0)
  const twice = parts.map(({ id }) => id).find((id, i, ids) => ids.indexOf(id) !== i)
  return [
    ...(twice === undefined ? [] : [`${where} lists ${twice} twice.`]),
    ...(sum('points') === points ? [] : [`${where} has ${points} points, but its parts have ${sum('points')}.`]),
    ...(sum('maxPoints') === maxPoints
      ? []
      : [`${where} is worth ${maxPoints} points, but its parts ${sum('maxPoints')}.`]),
  ]
}

/** A test gives all of its points if it passed, and none otherwise. */
function allOrNothing(where: string, { status, points, maxPoints }: Points & { readonly status: string }): string[] {
  const due = status === 'passed' ? maxPoints : 0
  return points === due ? [] : [`${where} is "${status}" and gives ${points} points, not ${due}.`]
}
