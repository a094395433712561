import { resolve } from 'node:path'
import { lab } from './cli.ts'
import { Stop } from './stop.ts'

/** `pnpm lab …`: what a student types. */

process.exitCode = await lab(process.argv.slice(2), resolve(import.meta.dirname, '../../..'), Stop.of(process))
