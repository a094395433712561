/** A function, class or constant at the top level of a file; lines are counted from 1. */
export interface Declaration {
  readonly name: string
  readonly from: number
  readonly to: number
}

const START = /^(?:export\s+(?:default\s+)?)?(?:async\s+)?(?:function\s*\*?|class|const|let|interface|type)\s+([\w$]+)/

/**
 * The declarations of a file, found line by line: each ends at a line that starts with } or ), or before the next one. So
 * this works for files that don't parse, and those are the ones that a student needs help with.
 */
export function declarations(source: string): Declaration[] {
  const lines = source.split(/\r?\n/)
  const starts = lines.flatMap((line, i) => {
    const name = START.exec(line)?.[1]
    return name ? [{ name, at: i }] : []
  })
  return starts.map(({ name, at }, i) => {
    const next = starts[i + 1]?.at ?? lines.length
    const end = lines.findIndex((line, l) => l >= at && l < next && /^[})]/.test(line) && !/^\).*\{\s*$/.test(line))
    const text = lines.slice(at, next)
    // Without a closing line, it ends before the comment of the next declaration.
    const comment = text.findIndex((line, l) => l > 0 && /^(\/\*\*|\/\/|$)/.test(line))
    const open = comment < 0 ? next : at + comment
    return { name, from: at + 1, to: end >= 0 ? end + 1 : open }
  })
}

/** The declarations in which a stub asks for this exercise. */
export function declarationsOf(stub: string, exercise: string): Declaration[] {
  const marked = stub.split(/\r?\n/).flatMap((line, i) => (line.includes(`TODO(${exercise})`) ? [i + 1] : []))
  return declarations(stub).filter(({ from, to }) => marked.some(line => line >= from && line <= to))
}
