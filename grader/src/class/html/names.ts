import { html, type Markup } from '../../report/markup.ts'

/** A name. It may be written in any direction, so it is isolated from its surroundings. */
export const isolated = (name: string): Markup => html`<bdi>${name}</bdi>`
