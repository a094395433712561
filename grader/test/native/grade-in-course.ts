import { safeBlock } from '@backprop/safe-text'
import { COMMANDS } from '../../src/cli/commands.ts'
import { inWords } from '../../src/errors.ts'

/** `pnpm grade` on another course, whose folder comes first. */

const [course, name, ...args] = process.argv.slice(2)
const { stdout, stderr, env } = process
const { signal } = new AbortController()
const context = { course, stdout, stderr, env, now: () => new Date(), signal, again: signal }
try {
  process.exitCode = await COMMANDS.find(command => command.name === name)?.start(args, context)
} catch (error) {
  stderr.write(`${safeBlock(inWords(error))}\n`)
  process.exitCode = 2
}
