import { exerciseHeadings, type LabManifest } from '@backprop/course'

/**
 * The headings of a lab's README are derived from `lab.json`: the third exercise has `## 3. The share of mistakes —
 * `zero-one-risk` · 8 points`. Only the title is the author's.
 */

/** The README with the numbers and points of `lab.json` in its headings, and the lab's points in its introduction. */
export function correctReadme(readme: string, manifest: LabManifest): string {
  const lines = readme.split('\n')
  const intro = lines.findIndex(line => line.startsWith('## '))
  for (let i = 0; i < intro; i += 1)
    lines[i] = lines[i].replace(/(?<=^|· )\d+ points?(?= ·)/, inPoints(manifest.points))
  for (const { line, title, exercise } of exerciseHeadings(readme)) {
    const place = manifest.exercises.findIndex(({ id }) => id === exercise)
    if (place >= 0) lines[line - 1] = headingOf(manifest, place, title.replace(/^\d+\. /, ''))
  }
  return lines.join('\n')
}

/** What is wrong with a README's headings: where, what was expected, and what is there. */
export function checkReadme(readme: string, manifest: LabManifest): string[] {
  const at = (line: number) => `labs/${manifest.id}/README.md:${line}`
  const [lines, correct] = [readme.split('\n'), correctReadme(readme, manifest).split('\n')]
  const complaints = lines.flatMap((line, i) =>
    line === correct[i]
      ? []
      : [`${at(i + 1)}: expected "${correct[i]}", got "${line}": run "pnpm grade check ${manifest.id} --fix"`],
  )
  const headings = exerciseHeadings(readme)
  const ids = manifest.exercises.map(({ id }) => id)
  for (const { exercise, line } of headings) {
    const first = headings.find(each => each.exercise === exercise)!
    if (!ids.includes(exercise))
      complaints.push(`${at(line)}: "${exercise}" is not an exercise of lab.json; expected one of ${ids.join(', ')}`)
    else if (first.line < line)
      complaints.push(`${at(line)}: a second section for "${exercise}"; the first is on line ${first.line}`)
  }
  for (const [place, { id, title }] of manifest.exercises.entries())
    if (!headings.some(({ exercise }) => exercise === id))
      complaints.push(
        `labs/${manifest.id}/README.md: expected a section "${headingOf(manifest, place, title)}", found none`,
      )
  const known = headings.filter(({ exercise }) => ids.includes(exercise))
  const sorted = known.toSorted((a, b) => ids.indexOf(a.exercise) - ids.indexOf(b.exercise))
  const wrong = known.findIndex(({ exercise }, i) => exercise !== sorted[i].exercise)
  if (wrong >= 0)
    complaints.push(
      `${at(known[wrong].line)}: expected the section of "${sorted[wrong].exercise}", got that of ` +
        `"${known[wrong].exercise}": put the sections in the order of lab.json`,
    )
  return complaints
}

const headingOf = ({ exercises }: LabManifest, place: number, title: string): string => {
  const points = exercises[place].tests.reduce((sum, test) => sum + test.points, 0)
  return `## ${place + 1}. ${title} — \`${exercises[place].id}\` · ${inPoints(points)}`
}

const inPoints = (count: number): string => `${count} ${count === 1 ? 'point' : 'points'}`
