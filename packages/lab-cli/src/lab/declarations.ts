/** A function, class or constant at the top of a file, in lines from 1. */
export interface Declaration {
  readonly name: string
  readonly from: number
  readonly to: number
}

const START = /^(?:export\s+(?:default\s+)?)?(?:async\s+)?(?:function\s*\*?|class|const|let|interface|type)\s+([\w$]+)/

/**
 * The declarations of a file, read line by line: one ends where a line begins with } or ), or before the next one
 * begins. So it works for files that do not parse, which are those that a student needs help with.
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
    // What has no closing line of its own ends before the comment of the next one.
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
