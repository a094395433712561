import { micromark } from 'micromark'

/** Reads a guide in Markdown as somebody does who follows it: what to type, what to save, and what to see. */

export interface Command {
  readonly text: string
  /** The exit code that a comment beside it promises; 0 where there is none. */
  readonly code: number
}

export type Block =
  | { readonly kind: 'type'; readonly commands: readonly Command[] }
  /** A part of what the commands before it print; a line with nothing but … stands for lines that are left out. */
  | { readonly kind: 'see'; readonly text: string }
  | { readonly kind: 'save'; readonly file: string; readonly text: string }

export interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
}

export interface Guide {
  readonly sections: readonly Section[]
  /** Code in running text. */
  readonly mentions: readonly string[]
  readonly links: readonly string[]
}

/** Each language that a block may be in. Whatever is in none of them would not be tried, and is refused. */
const KINDS: Readonly<Record<string, (text: string) => Block>> = {
  sh: text => ({ kind: 'type', commands: commandsIn(text) }),
  text: text => ({ kind: 'see', text }),
  // The columns say which table it is.
  csv: text => ({ kind: 'save', file: text.startsWith('student,') ? 'overrides.csv' : 'roster.csv', text }),
  yaml: text => ({ kind: 'save', file: 'term.yaml', text }),
}

const PARTS = [
  /<h\d>(?<title>.*?)<\/h\d>/,
  /<pre><code(?: class="language-(?<language>[^"]*)")?>(?<code>[^]*?)<\/code><\/pre>/,
  /<code>(?<mention>[^]*?)<\/code>/,
  /<a href="(?<link>[^"]*)"/,
]

/** Throws if a block is in a language that we don't use. */
export function readGuide(markdown: string): Guide {
  const sections: { title: string; blocks: Block[] }[] = [{ title: 'before the first heading', blocks: [] }]
  const mentions: string[] = []
  const links: string[] = []
  const parts = new RegExp(PARTS.map(({ source }) => source).join('|'), 'g')
  for (const { groups = {} } of micromark(markdown).matchAll(parts)) {
    const { title, language = 'none', code, mention, link } = groups as Record<string, string | undefined>
    if (title !== undefined) sections.push({ title: plain(title), blocks: [] })
    if (code !== undefined) sections[sections.length - 1].blocks.push(blockOf(language, plain(code).trimEnd()))
    if (mention !== undefined) mentions.push(plain(mention))
    if (link !== undefined) links.push(plain(link))
  }
  return { sections, mentions, links }
}

function blockOf(language: string, text: string): Block {
  if (Object.hasOwn(KINDS, language)) return KINDS[language](text)
  throw new Error(
    `A block in the language "${language}" would not be tried. There are: ${Object.keys(KINDS).join()}.\n${text}`,
  )
}

/** A line that is indented, or ends a loop, goes on with the command before it. */
function commandsIn(text: string): Command[] {
  const commands = text.split(/\n(?!\s|done\b)/).filter(command => !/^\s*(#|$)/.test(command))
  return commands.map(text => ({ text, code: Number(/# exit code (\d+)/.exec(text)?.[1] ?? 0) }))
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }
const plain = (html: string): string =>
  html.replace(/<[^>]*>/g, '').replace(/&(lt|gt|quot|amp);/g, entity => ENTITIES[entity])
