import type { Place } from '@backprop/visible-tests'

/** Lines of a file, from 1. */
export interface Span {
  readonly file: string
  readonly from: number
  readonly to: number
}

export const isIn = ({ file, line }: Place, span: Span): boolean =>
  file === span.file && line >= span.from && line <= span.to

export const isOfFile = (file: string, spans: readonly Span[]): boolean => spans.some(span => span.file === file)
