import type { Mark } from './chart.ts'

/** The entries of a legend: each label once, in order, with all marks that have it. */
export function entries(marks: readonly Mark[]): [label: string, marks: Mark[]][] {
  const found = new Map<string, Mark[]>()
  for (const mark of marks) {
    const label = 'label' in mark ? mark.label : undefined
    if (label !== undefined) found.set(label, [...(found.get(label) ?? []), mark])
  }
  return [...found]
}
