import { misfit, type Shape, shapeText } from './shape.ts'

/** A size per axis: a number must match exactly, a letter stands for any size. */
export type Pattern = readonly (number | string)[]
type Names<P extends Pattern> = Extract<P[number], string>

/**
 * Checks a shape against a pattern and returns the sizes that its letters stand for:
 * `const { B, T } = dims('attention', 'q', q, ['B', 'T', headSize])`.
 * A letter used twice must stand for one size, so `['N', 'N']` means square. Throws `ShapeError`.
 */
export function dims<const P extends Pattern>(
  where: string,
  argument: string,
  x: { readonly shape: Shape },
  pattern: P,
  hint?: string,
): Record<Names<P>, number> {
  const fail = (detail: string): never => {
    const fact = `${argument} has shape ${shapeText(x.shape)}, expected ${shapeText(pattern)}: ${detail}`
    throw misfit(where, fact, hint)
  }
  if (x.shape.length !== pattern.length) fail(`${axes(x.shape.length)}, not ${pattern.length}`)
  const sizes: Record<string, number> = {}
  for (const [axis, wanted] of pattern.entries()) {
    const size = x.shape[axis]
    if (typeof wanted === 'number') {
      if (size !== wanted) fail(`axis ${axis} is ${size}, not ${wanted}`)
    } else if (wanted in sizes) {
      if (size !== sizes[wanted]) fail(`axis ${axis} is ${size}, but ${wanted} was ${sizes[wanted]} before`)
    } else sizes[wanted] = size
  }
  return sizes // holds exactly the letters of the pattern: `fail` throws where one was not set
}

const axes = (count: number): string => (count === 1 ? '1 axis' : `${count} axes`)
