import type { Status } from '@backprop/report'
import { Markup } from './markup.ts'

/**
 * A drawing for each status, distinguished by its outline as well as its inside: recognizing it must not take color,
 * nor a font that has the symbol. In a 16 × 16 square.
 */
const SHAPES: Readonly<Record<Status, string>> = {
  passed: '<circle class="full" cx="8" cy="8" r="7.5"/><path class="cut" d="M4.5 8.3 7 10.8l4.6-5.3"/>',
  failed: '<rect class="full" x="1" y="1" width="14" height="14" rx="2.5"/><path class="cut" d="m5 5 6 6m0-6-6 6"/>',
  error: '<path class="full" d="M8 .8 15.6 15H.4z"/><path class="cut" d="M8 5.8v4.4m0 2.3v.1"/>',
  timeout: '<circle class="line" cx="8" cy="8" r="6.7"/><path class="line" d="M8 4.2V8l2.6 1.8"/>',
  'out-of-memory':
    '<rect class="line" x="1.3" y="1.3" width="13.4" height="13.4"/><path class="full" d="M4 4h8v8H4z"/>',
  'not-started': '<circle class="line" cx="8" cy="8" r="6.7" stroke-dasharray="2.4 2.4"/>',
  blocked: '<circle class="line" cx="8" cy="8" r="6.7"/><path class="line" d="M4.6 8h6.8"/>',
  missing:
    '<circle class="line" cx="8" cy="8" r="6.7"/><path class="line" d="M6.2 6.2a1.9 1.9 0 1 1 2.5 1.9c-.5.2-.7.5-.7 1v.3m0 2v.1"/>',
  tampered: '<path class="full" d="M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z"/><path class="cut" d="M8 4.4v4.4m0 2.6v.1"/>',
  'grader-error': '<path class="full" d="M8 .4 15.6 8 8 15.6.4 8z"/><path class="cut" d="M8 4.6v4m0 2.4v.1"/>',
}

/** The drawing is next to the word, so a screen reader may skip it. */
export const shape = (status: Status): Markup =>
  new Markup(`<svg class="sign ${status}" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[status]}</svg>`)
