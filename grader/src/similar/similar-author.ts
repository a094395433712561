import { html, type Markup } from '../report/markup.ts'
import type { SimilarPair } from './similar-report.ts'

export type ReportedAuthor = SimilarPair['left']

/** A name may be written in any direction, so it is isolated from its surroundings. */
export const who = ({ name, earlier }: ReportedAuthor): Markup =>
  html`<bdi>${name}</bdi>${earlier === null ? html`` : html` <small>(<bdi>${earlier}</bdi>)</small>`}`
