import { resolve } from 'node:path'
import { contextOfProcess, lab } from './cli.ts'

/** `pnpm lab …`: what a student types. */

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())
process.exitCode = await lab(
  process.argv.slice(2),
  contextOfProcess(resolve(import.meta.dirname, '../../..'), stop.signal),
)
