import { check } from '../../src/cli/check-command.ts'
import { gradeClass } from '../../src/cli/class-command.ts'
import { explain } from '../../src/cli/explain-command.ts'
import { fetch } from '../../src/cli/fetch-command.ts'
import { grade } from '../../src/cli/grade-command.ts'
import { keygen } from '../../src/cli/keygen-command.ts'
import { publish } from '../../src/cli/publish-command.ts'
import { release } from '../../src/cli/release-command.ts'
import { verify } from '../../src/cli/verify-command.ts'
import type { Guide } from './guide.ts'

const COMMANDS = [check, gradeClass, explain, fetch, grade, keygen, publish, release, verify]
const OPTIONS = new Set(['--help', ...COMMANDS.flatMap(({ parser }) => parser().options.map(({ long }) => long))])

/** What a guide mentions in running text as if it worked, and has in no block: commands, and options that are none. */
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
