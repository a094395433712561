/** Compares what a guide quotes with what a program printed. */

/** What differs between two runs, or two machines, and says nothing to the reader. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/tier [A-D] \([^)]*\)/g, 'tier T (why)'],
  [/in tier [A-D]\b/g, 'in tier T'],
  [/\bseed \d+/g, 'seed N'],
  [/\.ts:\d+/g, '.ts:N'],
  [/\bkey [0-9a-f]{16}\b/g, 'key K'],
  [/\bcourse-[0-9a-f]{12}\b/g, 'course-V'],
  [/\d+(\.\d+)? (s|min)\b/g, 'N s'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
]

/** The text with its variable parts replaced; `home` is what a guide calls /home/you. */
export const steady = (text: string, home: string): string =>
  VARYING.reduce((text, [what, name]) => text.replace(what, name), text.replaceAll(home, '/home/you'))

/**
 * The first part of an excerpt that is not in the output, or null. Lines with nothing but … part it; the parts are
 * looked for as whole lines, one after the other.
 */
export function notPrinted(excerpt: string, output: string): string | null {
  let rest = `\n${output}\n`
  for (const part of excerpt.split(/^\s*…\s*$/m).filter(part => part !== '')) {
    const lines = `\n${part.replace(/^\n|\n$/g, '')}\n`
    const at = rest.indexOf(lines)
    if (at < 0) return lines.slice(1, -1)
    rest = rest.slice(at + lines.length - 1)
  }
  return null
}
