import { check } from './check-command.ts'
import { gradeClass } from './class-command.ts'
import { collect } from './collect-command.ts'
import type { Command } from './command.ts'
import { doctor } from './doctor-command.ts'
import { explain } from './explain-command.ts'
import { exportCommand } from './export-command.ts'
import { fetch } from './fetch-command.ts'
import { grade } from './grade-command.ts'
import { gradebook } from './gradebook-command.ts'
import { keygen } from './keygen-command.ts'
import { merge } from './merge-command.ts'
import { mutate } from './mutate-command.ts'
import { newCommand } from './new-command.ts'
import { pictures } from './pictures-command.ts'
import { publish } from './publish-command.ts'
import { queue } from './queue-command.ts'
import { release } from './release-command.ts'
import { schema } from './schema-command.ts'
import { seeds } from './seeds-command.ts'
import { shards } from './shards-command.ts'
import { similar } from './similar-command.ts'
import { start } from './start-command.ts'
import { stubs } from './stubs-command.ts'
import { verify } from './verify-command.ts'
import { worker } from './worker-command.ts'

/** The commands of `pnpm grade`, in the order of its help. */
export const COMMANDS: readonly Command[] = [
  grade,
  gradeClass,
  worker,
  queue,
  merge,
  shards,
  start,
  check,
  newCommand,
  release,
  doctor,
  explain,
  verify,
  keygen,
  stubs,
  pictures,
  mutate,
  seeds,
  schema,
  collect,
  fetch,
  publish,
  gradebook,
  exportCommand,
  similar,
]
