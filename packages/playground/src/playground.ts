import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { Command, CommanderError, InvalidArgumentError } from '@commander-js/extra-typings'
import open from 'open'
import { buildSite, SiteRefused } from './server/build-site.ts'
import { serve } from './server/serve.ts'

/** `pnpm playground`: serves the page with the student's functions, or builds it as a static site with ours. */

const ROOT = resolve(import.meta.dirname, '../../..')

const parser = () =>
  new Command('pnpm playground')
    .description('A network that runs on your own functions, in the browser: save a file, and the picture changes.')
    .option('--port <number>', 'the port to serve at; the next free one if it is taken', parsePort, 5173)
    .option('--no-open', 'only print the address (the default in a job that sets CI)')
    .option('--solutions', 'run the reference solutions in place of the functions in labs/ (not in a student tree)')
    .option('--build <dir>', 'write a static site there, which runs our functions only and needs no server')
    .option(
      '--base <path>',
      'with --build: the path that the site is served from; works from any path by default',
      './',
    )
    .addHelpText('after', '\nCtrl-C stops it.')

function parsePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError('expected a number from 0 to 65535.')
  return port
}

/** Resolves to the exit code. */
async function playground(args: readonly string[], signal: AbortSignal): Promise<number> {
  const command = parser()
    .exitOverride()
    .configureOutput({ outputError: () => {} })
  try {
    const options = command.parse(args, { from: 'user' }).opts()
    if (options.build !== undefined) return await build(options.build, options.base)
    return await run(options, signal)
  } catch (error) {
    if (error instanceof SiteRefused) process.stderr.write(`${error.message}\n`)
    else if (!(error instanceof CommanderError)) throw error
    else if (error.exitCode === 0)
      return 0 // --help
    else process.stderr.write(`${error.message.replace(/^error: /, '')}\nSee: pnpm playground --help\n`)
    return 2
  }
}

async function build(folder: string, base: string): Promise<number> {
  // pnpm starts this in the root; INIT_CWD is where it was typed.
  const out = resolve(process.env.INIT_CWD ?? process.cwd(), folder)
  await buildSite({ root: ROOT, out, base })
  process.stdout.write(`The site is in ${out}: serve it with any web server, from any path.\n`)
  return 0
}

interface RunOptions {
  readonly port: number
  readonly open: boolean
  readonly solutions?: boolean
}

async function run({ port, open: opens, solutions = false }: RunOptions, signal: AbortSignal): Promise<number> {
  if (solutions && !existsSync(resolve(ROOT, 'solutions'))) {
    process.stderr.write('There are no solutions in this tree: leave out --solutions to run your own functions.\n')
    return 2
  }
  const server = await serve({ root: ROOT, solutions, port })
  const bold = styleText('bold', server.url, { stream: process.stdout })
  const whose = solutions ? 'the reference solutions' : 'your functions in labs/'
  process.stdout.write(`The playground is at ${bold}\nIt runs on ${whose}. Ctrl-C stops it.\n`)
  // `pnpm lab` starts this command and shows the address.
  process.send?.({ url: server.url })
  // Without a browser, the address above has to suffice.
  if (opens && !process.env.CI) await open(server.url).catch(() => {})
  await new Promise<void>(done => {
    if (signal.aborted) done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
  await server.close()
  return 0
}

const stop = new AbortController()
for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(event, () => stop.abort())
process.exitCode = await playground(process.argv.slice(2), stop.signal)
if (process.connected) process.disconnect?.()
