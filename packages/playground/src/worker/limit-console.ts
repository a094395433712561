const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const

type Printing = Pick<Console, (typeof METHODS)[number]>

/**
 * Makes a console print at most so many lines: a function that is called 100,000 times a second, and prints each time,
 * would freeze the browser. The returned function allows as many again.
 */
export function limitConsole(console: Printing, mostLines: number): () => void {
  let left = mostLines
  for (const method of METHODS) {
    const print = console[method].bind(console)
    console[method] = (...values: unknown[]) => {
      left -= 1
      if (left >= 0) print(...values)
      else if (left === -1) print(`${mostLines} lines were printed. What follows is left out until the next save.`)
    }
  }
  return () => {
    left = mostLines
  }
}
