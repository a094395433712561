import { safeBlock } from '@backprop/safe-text'
import { EXIT } from './cli/command.ts'
import { COMMANDS } from './cli/commands.ts'
import { COURSE_ROOT } from './course.ts'
import { inWords } from './errors.ts'

/** `pnpm grade …`: picks the command, and turns what happened into an exit code. */

const args = process.argv.slice(2)
const [stop, again] = [new AbortController(), new AbortController()]
// A terminal, npx and pnpm may each pass the same Ctrl-C on: one that comes at once is not a second one.
const SAME_MS = 500
let stoppedAt = 0
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (stop.signal.aborted && performance.now() - stoppedAt > SAME_MS) again.abort()
    if (!stop.signal.aborted) stoppedAt = performance.now()
    stop.abort()
  })
// Node would open a debugger at this signal, which student code may send where it runs as the same user.
process.on('SIGUSR1', () => {})
// The reader may stop early, as `head` does. A full disk behind `>` is reported on stderr.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`The output cannot be written: ${error.message}\n`)
  process.exit(error.code === 'EPIPE' ? EXIT.fullMarks : EXIT.notGradable)
})
process.stderr.on('error', () => {})
process.exitCode = await main()

async function main(): Promise<number> {
  const named = COMMANDS.find(command => command.name === args[0])
  // `pnpm grade 5` is short for `pnpm grade grade 5`.
  const command = named ?? COMMANDS[0]
  if (args.length === 0 || args[0] === '--help' || args[0] === '-h') return overview()
  try {
    const { stdout, stderr, env } = process
    const signals = { signal: stop.signal, again: again.signal }
    const context = { course: COURSE_ROOT, stdout, stderr, env, now: () => new Date(), ...signals }
    return await command.start(named ? args.slice(1) : args, context)
  } catch (error) {
    if (stop.signal.aborted) {
      process.stderr.write('Stopped. Nothing was left running here.\n')
      return EXIT.interrupted
    }
    // It may quote untrusted names and texts.
    process.stderr.write(`${safeBlock(inWords(error))}\n`)
    return EXIT.notGradable
  }
}

function overview(): number {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)}${summary}`)
  process.stdout.write(`pnpm grade <command>\n\n${lines.join('\n')}\n\nEach command has its own --help.\n`)
  return args.length === 0 ? EXIT.notGradable : EXIT.fullMarks
}
