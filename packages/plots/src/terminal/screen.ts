import type { Signs } from './signs.ts'

/** Where the text will stand, and what may be used for it. */
export interface Screen {
  readonly columns: number
  readonly rows?: number
  readonly colour: boolean
  readonly unicode: boolean
  readonly signs: Signs
  /** A text of the user as this screen can show it. */
  readonly say: (text: string) => string
}
