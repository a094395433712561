import { COMMANDS } from '../../src/cli/commands.ts'
import type { Guide } from './guide.ts'

const OPTIONS = new Set(['--help', ...COMMANDS.flatMap(({ parser }) => parser().options.map(({ long }) => long))])

/** What a guide mentions in running text but shows in no block: commands, and options that don't exist. */
export function untried({ sections, mentions }: Guide): string[] {
  const blocks = sections.flatMap(section => section.blocks)
  const typed = blocks.flatMap(block => (block.kind === 'type' ? block.commands.map(({ text }) => text) : []))
  // GITHUB_TOKEN=$(cat …) stands before the name of the program.
  const programs = new Set(['grade', ...typed.map(text => text.replace(/^[A-Z_]+=\S+ \S+\) /, '').split(' ')[0])])
  return mentions.filter(mention => {
    const [first] = mention.split(' ')
    if (first.startsWith('--')) return !OPTIONS.has(first)
    return mention !== 'pnpm' && programs.has(first) && !typed.some(text => text.includes(mention))
  })
}
