import type { SourceMapPayload } from 'node:module'
import type { Vite, Vitest } from 'vitest/node'
import type { Order, SuiteEvent, SuiteOptions } from './events.ts'
import { openVitest, patternOf, speakingOf } from './options.ts'
import { failureOf, reporter } from './reporter.ts'
import { traceNaN } from './trace-nan.ts'
import { whereWorkersAre } from './where.ts'

/**
 * As `host.ts`, for somebody who saves a file again and again: Vitest stays, with all that it has read, and only what
 * has changed is read anew. Each run has a fresh thread, so that nothing of an earlier one is left.
 */

/** Characters of printed text that are passed on in one run. */
const MOST_PRINTED = 4000

let vitest: Promise<Vitest> | undefined
let printed = 0
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

function onUserConsoleLog({ content }: { content: string }): void {
  const text = content.slice(0, MOST_PRINTED - printed)
  printed += text.length
  if (text) tell({ type: 'printed', text })
}

const tracer: Vite.Plugin = {
  name: 'trace-nan',
  enforce: 'pre',
  transform: (code, id) => (traced.includes(normal(id)) ? { code: traceNaN(code), map: null } : undefined),
}

async function run(opened: Vitest, order: Extract<Order, { type: 'run' }>): Promise<void> {
  const { exercise, changed } = order
  printed = 0
  traced = order.traceNaN ? changed.map(normal) : []
  try {
    const files = await opened.globTestSpecifications()
    for (const file of [...changed, ...files.map(({ moduleId }) => moduleId)]) opened.invalidateFile(file)
    const pattern = patternOf({ exercise })
    if (pattern) opened.setGlobalTestNamePattern(pattern)
    else opened.resetGlobalTestNamePattern()
    await opened.rerunTestSpecifications(exercise ? speakingOf(exercise, files) : files)
  } catch (error) {
    tell({ type: 'broken', failure: failureOf(error) })
  }
  tell({ type: 'done' })
}

async function where(opened: Vitest): Promise<void> {
  const graphs = Object.values(opened.vite.environments).map(({ moduleGraph }) => moduleGraph)
  const mapOf = (file: string) =>
    graphs
      .map(graph => graph.getModuleById(normal(file))?.transformResult?.map)
      .find(map => map !== undefined && map !== null)
  tell({ type: 'where', places: await whereWorkersAre(file => mapOf(file) as SourceMapPayload | undefined) })
}

/** As Vite writes paths: with slashes on every system. */
const normal = (file: string): string => file.replaceAll('\\', '/')
