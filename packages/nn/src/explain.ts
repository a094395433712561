import type { Shape } from '@backprop/core'

/** `where: fact`, and below it the hint: the form that the errors of core have. */
export function explain(where: string, fact: string, hint?: string): string {
  return hint === undefined ? `${where}: ${fact}.` : `${where}: ${fact}.\n  Hint: ${hint}.`
}

export const shapeText = (shape: Shape): string => `[${shape.join(', ')}]`

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])
