const BEGIN = '<!-- What follows is written by "pnpm lab:record". -->'
const END = '<!-- Here it ends. -->'

/** The session that a text holds between its two marks. */
export function sessionIn(text: string): string {
  const [, block] = text.replaceAll('\r\n', '\n').split(BEGIN)
  const inside = block?.split(END)[0]
  const session = /^\n+```text\n([\s\S]*?)```\n+$/.exec(inside ?? '')?.[1]
  if (session === undefined) throw new Error(`There must be a session between ${BEGIN} and ${END}.`)
  return session
}

/** The text with another session in it. */
export function withSession(text: string, session: string): string {
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (after === undefined) throw new Error(`There must be ${BEGIN} and ${END}.`)
  return `${before}${BEGIN}\n\n\`\`\`text\n${session}\`\`\`\n\n${END}${after}`
}
