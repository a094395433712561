import { UsageError } from '../errors.ts'

/** Collects what is wrong with a file of the term, so that one run names all of it. */
export class Problems {
  readonly #file: string
  readonly #found: { readonly line: number; readonly what: string }[] = []

  constructor(file: string) {
    this.#file = file
  }

  add(line: number, what: string): void {
    this.#found.push({ line, what })
  }

  /** Throws `UsageError` with each problem and its line, if there is one. */
  throwIfAny(): void {
    if (this.#found.length === 0) return
    const lines = [...this.#found].sort((a, b) => a.line - b.line).map(({ line, what }) => `line ${line}: ${what}`)
    throw new UsageError(`"${this.#file}" cannot be used:\n  ${lines.join('\n  ')}`)
  }
}

/** `. Did you mean "Ada Obi"?` for the name that differs in the fewest letters, if those are few; else an empty text. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const most = Math.max(1, Math.floor(given.length / 3))
  const scored = [...names].map(name => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
  const [best] = scored.filter(({ distance }) => distance <= most).sort((a, b) => a.distance - b.distance)
  return best ? `: did you mean "${best.name}"?` : ''
}

/** How many letters have to be put in, left out or replaced (Levenshtein). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, j) => j)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)))
    row = next
  }
  return row[other.length]
}
