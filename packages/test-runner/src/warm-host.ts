import { existsSync } from 'node:fs'
import type { SourceMapPayload } from 'node:module'
import type { Vite, Vitest } from 'vitest/node'
import { failureOf, type Order, type SuiteEvent, type SuiteOptions } from './events.ts'
import { reporter } from './reporter.ts'
import { type RunningAt, whereWorkersAre } from './running-at.ts'
import { traceNaN } from './trace-nan.ts'
import { filesMentioning, openVitest, patternOf } from './vitest-options.ts'

/**
 * Like `suite-host.ts`, but for a file that is saved again and again: Vitest stays open and reads only what has changed.
 * Each run has a fresh thread, so nothing of an earlier run is left.
 */

/** How many printed characters one run passes on: from the start, from the end, and of one line. */
const PRINTED_CHARACTERS = { first: 4000, last: 2000, line: 300 }

let vitest: Promise<Vitest> | undefined
let printed = 0
/** The end of what was printed beyond `first`. */
let rest = ''
/** Files that throw where they produce a NaN, in this run. */
let traced: readonly string[] = []

process.on('message', (order: Order) => {
  if (order.type === 'open') vitest = open(order.suite)
  else if (order.type === 'run') void vitest?.then(opened => run(opened, order))
  else if (order.type === 'cpu') send({ type: 'cpu', seconds: cpuSeconds() })
  else void vitest?.then(where)
})
// Without a parent there is nothing to report to.
process.once('disconnect', () => process.exit(1))
// As in suite-host.ts.
process.on('SIGUSR1', () => {})

/** When something was reported that the parent waits for. */
let reported = process.cpuUsage()
/** These don't say that tests go on. */
const ASIDE: readonly SuiteEvent['type'][] = ['printed', 'grown', 'cpu']

function send(event: SuiteEvent): void {
  if (!ASIDE.includes(event.type)) reported = process.cpuUsage()
  process.send?.(event)
}

/** The processor time of all threads since then. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage(reported)
  return (user + system) / 1e6
}

async function open(suite: SuiteOptions): Promise<Vitest> {
  const opened = await openVitest(suite, { reporters: [{ ...reporter(send), onUserConsoleLog }], plugins: [tracer] })
  // Vite reads what it needs before the first run asks for it.
  await opened.globTestSpecifications()
  send({ type: 'ready' })
  return opened
}

/** One huge line must not hide those after it. */
function onUserConsoleLog({ content }: { content: string }): void {
  const text = content.split('\n').map(shortened).join('\n')
  const now = text.slice(0, Math.max(0, PRINTED_CHARACTERS.first - printed))
  printed += now.length
  if (now) send({ type: 'printed', text: now })
  rest = (rest + text.slice(now.length)).slice(-PRINTED_CHARACTERS.last)
}

const shortened = (line: string): string =>
  line.length <= PRINTED_CHARACTERS.line
    ? line
    : `${line.slice(0, PRINTED_CHARACTERS.line)}… (${line.length - PRINTED_CHARACTERS.line} more characters)`

/** Sends the end of what was printed. */
function printRest(): void {
  if (rest) send({ type: 'printed', text: `\n… (more was printed here)\n${rest}` })
}

const tracer: Vite.Plugin = {
  name: 'trace-nan',
  enforce: 'pre',
  transform: (code, id) => (traced.includes(normal(id)) ? { code: traceNaN(code), map: null } : undefined),
}

async function run(opened: Vitest, order: Extract<Order, { type: 'run' }>): Promise<void> {
  const { exercise, changed } = order
  printed = 0
  rest = ''
  traced = order.traceNaN ? changed.map(normal) : []
  const watch = watchMemory(opened, order.heapMB)
  try {
    // Vitest looked once; a file may have been deleted since, or restored.
    const files = (await opened.globTestSpecifications()).filter(({ moduleId }) => existsSync(moduleId))
    for (const file of [...changed, ...files.map(({ moduleId }) => moduleId)]) opened.invalidateFile(file)
    const pattern = patternOf({ exercise })
    if (pattern) opened.setGlobalTestNamePattern(pattern)
    else opened.resetGlobalTestNamePattern()
    await opened.rerunTestSpecifications(exercise ? filesMentioning(exercise, files) : files)
  } catch (error) {
    send({ type: 'broken', failure: failureOf(error) })
  }
  clearInterval(watch)
  printRest()
  send({ type: 'done' })
}

/** How often memory is measured, and after how much growth the code is asked where it is. */
const MEASURE_INTERVAL_MS = 50
const GROWTH_STEP_MB = 48

/**
 * A process that runs out of memory dies silently. So while memory grows, the code is asked where it is, and the parent
 * keeps the last answer. Buffers live outside the JavaScript heap and have no limit: a process that takes far more than
 * the heap limit is ended here.
 */
function watchMemory(opened: Vitest, heapMB: number | undefined): NodeJS.Timeout {
  const usedMB = () => process.memoryUsage.rss() / 2 ** 20
  const start = usedMB()
  let next = start + 2 * GROWTH_STEP_MB
  let isAsking = false
  return setInterval(() => {
    const used = usedMB()
    if (isAsking || used < next) return
    isAsking = true
    next = used + GROWTH_STEP_MB
    void whereIn(opened, { resume: true }).then(places => {
      isAsking = false
      if (places.length > 0) send({ type: 'grown', places, megabytes: Math.round(used - start) })
      if (heapMB !== undefined && usedMB() - start > 2 * heapMB) process.exit(1)
    })
  }, MEASURE_INTERVAL_MS)
}

async function where(opened: Vitest): Promise<void> {
  send({ type: 'where', places: await whereIn(opened) })
}

function whereIn(opened: Vitest, options?: { resume: boolean }): Promise<RunningAt[]> {
  const graphs = Object.values(opened.vite.environments).map(({ moduleGraph }) => moduleGraph)
  const mapOf = (file: string) =>
    graphs
      .map(graph => graph.getModuleById(normal(file))?.transformResult?.map)
      .find(map => map !== undefined && map !== null)
  return whereWorkersAre(file => mapOf(file) as SourceMapPayload | undefined, options)
}

/** Paths as Vite writes them: with slashes on every system. */
const normal = (file: string): string => file.replaceAll('\\', '/')
