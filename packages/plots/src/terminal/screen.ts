import type { Signs } from './signs.ts'

/** The room for the text, and the characters and colours that it may use. */
export interface Screen {
  readonly columns: number
  readonly rows?: number
  readonly colour: boolean
  readonly unicode: boolean
  readonly signs: Signs
  /** A text of the user as this screen can show it. */
  readonly say: (text: string) => string
}
