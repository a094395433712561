import { replaceUnseen } from './unseen.ts'

export { firstUnseen } from './unseen.ts'

/**
 * Makes untrusted text safe for the place where it is shown. Every such text goes through one of these:
 *
 * | place           | lines     | replaced or escaped, besides what `unseen.ts` lists                  |
 * | --------------- | --------- | -------------------------------------------------------------------- |
 * | `plainText`     | kept      | nothing: text in a format whose writer escapes the rest              |
 * | `safeBlock`     | kept      | commands to a workflow's runner: logs, output on a terminal          |
 * | `safeLine`      | become ⏎  | the same: names and reasons within a line                            |
 * | `workflowText`  | kept      | such commands anywhere, for programs that print pieces               |
 * | `safeJson`      | as `\n`   | nothing: written as `\uXXXX`, so that it reads back unchanged        |
 * | `scriptJson`    | as `\n`   | the same, and no `<`: for a `<script>` of HTML                       |
 * | `csvCell`       | become ⏎  | an apostrophe before a formula; quoted                               |
 * | `htmlText`      | kept      | `& < > " '` as references                                            |
 * | `xmlText`       | kept      | `& < > "` as references; `xmlAttribute` keeps line feeds, too        |
 * | `markdownText`  | a space   | what has a meaning in Markdown, HTML or on GitHub, as references     |
 * | `markdownBlock` | kept      | the same, for the inside of `<pre>`                                  |
 */

/** Stands for a character that cannot be shown. */
const REPLACEMENT = '\ufffd'
const CUT = '… (cut)'
const MOST = 4000

const TERMINAL_STYLE = /\u001b\[[0-?]*[ -/]*[@-~]/g

/** Visible characters, line feeds and tabs, at most `most` of them. Terminal colours are dropped. */
export function plainText(text: string, most: number = MOST): string {
  const unstyled = text
    .slice(0, 4 * most)
    .replace(TERMINAL_STYLE, '')
    .replace(/\r\n?/g, '\n')
  const clean = replaceUnseen(unstyled, () => REPLACEMENT)
  return clipText(clean, most)
}

/** At most `most` characters, with a note where some are cut off. Never cuts a character in two. */
export function clipText(text: string, most: number): string {
  if (text.length <= most) return text
  return `${text.slice(0, most - CUT.length).replace(/[\ud800-\udbff]$/, '')}${CUT}`
}

// GitHub executes "::command::" at the start of a line, and older runners "##[command]" anywhere in it.
const COMMAND_AT_START = /^([^\S\n]*)::/gm
const COMMAND_ANYWHERE = /##(?=\w*\[)/g

/** Lines for a terminal or a log. */
export const safeBlock = (text: string, most?: number): string =>
  plainText(text, most).replace(COMMAND_AT_START, '$1·::').replace(COMMAND_ANYWHERE, '#·#')

/** Text within one line: nothing in it can look like a separate line. */
export const safeLine = (text: string, most?: number): string => safeBlock(text, most).replace(/\s*\n\s*/g, ' ⏎ ')

/** Text that another program prints, in whole or in parts, where a workflow's runner reads it. */
export const workflowText = (text: string): string =>
  plainText(text, Infinity).replaceAll('::', ': :').replace(COMMAND_ANYWHERE, '# #')

/** JSON in which every character is visible. It reads back to exactly the value that was written. */
export const safeJson = (value: unknown): string => `${visibleJson(JSON.stringify(value, null, 2))}\n`

/** The same for a text that is JSON already, with any white space. */
export const visibleJson = (text: string): string =>
  replaceUnseen(text, asEscapes).replace(COMMAND_ANYWHERE, '#\\u0023')

/** JSON on one line, for the inside of a `<script type="application/json">`: nothing in it can end the element. */
export const scriptJson = (value: unknown): string => visibleJson(JSON.stringify(value)).replaceAll('<', '\\u003c')

/** By UTF-16 code units, as JSON counts. */
const asEscapes = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')

// Spreadsheets skip invisible characters before the sign; Asian ones know the wide signs. A sign alone is text.
const FORMULA = /^[\s\p{C}\ufffd⏎]*[=+\-@|%＝＋－＠](?=.)/u

/** A cell of CSV (RFC 4180). All text is quoted, because some programs split at semicolons. */
export function csvCell(value: string | number): string {
  if (typeof value === 'number' || value === '') return String(value)
  const text = safeLine(value)
  return `"${`${FORMULA.test(text) ? "'" : ''}${text}`.replaceAll('"', '""')}"`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text between tags, or in a quoted attribute, of any length. */
export const htmlText = (text: string): string =>
  plainText(text, Infinity).replace(/[&<>"']/g, character => ENTITIES[character])

/** For text, and attributes in double quotes. */
export const xmlText = (text: string): string =>
  plainText(text, Infinity).replace(/[&<>"]/g, character => ENTITIES[character])

/** For attributes: XML turns line feeds and tabs into spaces unless they are references. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replace(/[\n\t]/g, character => `&#${character.charCodeAt(0)};`)

/**
 * Markdown in which text stays text. Some programs turn even references into links, mentions and emoji, so an invisible
 * space, itself a reference, breaks those up.
 */
export const markdownText = (text: string): string =>
  plainText(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(PARTED_OR_SPECIAL, (found, parted?: string) => references(found) + (parted ? '&#8203;' : '')) || '–'

/** The same with its lines, for the inside of `<pre>`. */
export const markdownBlock = (text: string): string => references(plainText(text))

const SPECIAL = /[!"#$&'*+:<=>@[\\\]^_`{|}~]/g
const PARTED_OR_SPECIAL = new RegExp(`(www(?=\\.)|[:@#](?=\\S))|${SPECIAL.source}`, 'gi')

function references(text: string): string {
  return text.replace(SPECIAL, character => `&#${character.charCodeAt(0)};`)
}
