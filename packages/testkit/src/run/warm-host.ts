import { existsSync } from 'node:fs'
import type { SourceMapPayload } from 'node:module'
import type { Vite, Vitest } from 'vitest/node'
import type { Order, SuiteEvent, SuiteOptions } from './events.ts'
import { openVitest, patternOf, speakingOf } from './options.ts'
import { failureOf, reporter } from './reporter.ts'
import { traceNaN } from './trace-nan.ts'
import { whereWorkersAre, type RunningAt } from './where.ts'

/**
 * As `host.ts`, for somebody who saves a file again and again: Vitest stays, with all that it has read, and only what
 * has changed is read anew. Each run has a fresh thread, so that nothing of an earlier one is left.
 */

/** Characters of printed text that are passed on in one run: from its beginning, from its end, and of one line. */
const PRINTED = { first: 4000, last: 2000, line: 300 }

let vitest: Promise<Vitest> | undefined
let printed = 0
/** The end of what has been printed beyond that. */
let rest = ''
/** Files to be stopped where they make a NaN, in this run. */
let traced: readonly string[] = []

process.on('message', (order: Order) => {
  if (order.type === 'open') vitest = open(order.suite)
  else if (order.type === 'run') void vitest?.then(opened => run(opened, order))
  else void vitest?.then(where)
})
// Without a parent there is nobody to report to.
process.once('disconnect', () => process.exit(1))
// As in host.ts.
process.on('SIGUSR1', () => {})

function tell(event: SuiteEvent): void {
  process.send?.(event)
}

async function open(suite: SuiteOptions): Promise<Vitest> {
  const opened = await openVitest(suite, { reporters: [{ ...reporter(tell), onUserConsoleLog }], plugins: [tracer] })
  // Vite reads what it needs before anybody waits for it.
  await opened.globTestSpecifications()
  tell({ type: 'ready' })
  return opened
}

/** One huge print must not hide those after it. */
function onUserConsoleLog({ content }: { content: string }): void {
  const text = content.split('\n').map(shortened).join('\n')
  const now = text.slice(0, Math.max(0, PRINTED.first - printed))
  printed += now.length
  if (now) tell({ type: 'printed', text: now })
  rest = (rest + text.slice(now.length)).slice(-PRINTED.last)
}

const shortened = (line: string): string =>
  line.length <= PRINTED.line ? line : `${line.slice(0, PRINTED.line)}… (${line.length - PRINTED.line} more characters)`

/** What was kept for the end. */
function printRest(): void {
  if (rest) tell({ type: 'printed', text: `\n… (more was printed here)\n${rest}` })
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
    // Vitest has looked once; a file may have gone since then, and come back.
    const files = (await opened.globTestSpecifications()).filter(({ moduleId }) => existsSync(moduleId))
    for (const file of [...changed, ...files.map(({ moduleId }) => moduleId)]) opened.invalidateFile(file)
    const pattern = patternOf({ exercise })
    if (pattern) opened.setGlobalTestNamePattern(pattern)
    else opened.resetGlobalTestNamePattern()
    await opened.rerunTestSpecifications(exercise ? speakingOf(exercise, files) : files)
  } catch (error) {
    tell({ type: 'broken', failure: failureOf(error) })
  }
  clearInterval(watch)
  printRest()
  tell({ type: 'done' })
}

/** Memory is looked at so often, and where it is used is asked each time that so much has been added. */
const LOOK_MS = 50
const STEP_MB = 48

/**
 * A process that runs out of memory ends without a word. So while memory grows, the code is asked where it is, and the
 * parent keeps the last answer. Buffers lie outside of the JavaScript heap and have no bound: a process that takes far more
 * than the heap may is ended here.
 */
function watchMemory(opened: Vitest, heapMB: number | undefined): NodeJS.Timeout {
  const usedMB = () => process.memoryUsage.rss() / 2 ** 20
  const start = usedMB()
  let next = start + 2 * STEP_MB
  let isAsking = false
  return setInterval(() => {
    const used = usedMB()
    if (isAsking || used < next) return
    isAsking = true
    next = used + STEP_MB
    void whereIn(opened, { resume: true }).then(places => {
      isAsking = false
      if (places.length > 0) tell({ type: 'grown', places, megabytes: Math.round(used - start) })
      if (heapMB !== undefined && usedMB() - start > 2 * heapMB) process.exit(1)
    })
  }, LOOK_MS)
}

async function where(opened: Vitest): Promise<void> {
  tell({ type: 'where', places: await whereIn(opened) })
}

function whereIn(opened: Vitest, options?: { resume: boolean }): Promise<RunningAt[]> {
  const graphs = Object.values(opened.vite.environments).map(({ moduleGraph }) => moduleGraph)
  const mapOf = (file: string) =>
    graphs
      .map(graph => graph.getModuleById(normal(file))?.transformResult?.map)
      .find(map => map !== undefined && map !== null)
  return whereWorkersAre(file => mapOf(file) as SourceMapPayload | undefined, options)
}

/** As Vite writes paths: with slashes on every system. */
const normal = (file: string): string => file.replaceAll('\\', '/')
