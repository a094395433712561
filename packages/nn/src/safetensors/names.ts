/** The parts of JSON that matter for names; what lies between them (numbers, commas, spaces) does not. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g

/**
 * Calls `onRepeat` for a name that an object of this JSON text has twice. `JSON.parse` silently takes the last one,
 * other readers the first: one file would hold different tensors for each. The text must be valid JSON.
 */
export function checkNames(text: string, onRepeat: (name: string) => void): void {
  const open: (Set<string> | null)[] = [] // the names so far of each object that is open; null for an array
  let last = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const name = JSON.parse(last) as string // the text was valid, and a colon follows a name
      const names = open.at(-1)
      if (names?.has(name)) onRepeat(name)
      names?.add(name)
    } else last = token
  }
}
