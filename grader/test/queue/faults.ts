import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Fault } from './rehearsal.ts'

type Faults = Readonly<Record<string, { readonly fault: Fault; readonly extra?: readonly string[] }>>

/** What goes wrong in a rehearsal, by name. */
export const FAULTS: Faults = {
  'a worker is killed': {
    fault: ({ workers }, random) => workers[random.integer(2)].kill(),
  },
  'the coordinator is killed, and another one is started': {
    fault: async ({ coordinators }, random) => {
      coordinators[0].kill()
      await sleep(random.uniform() * 500)
    },
  },
  'PostgreSQL is killed and started again': {
    fault: async ({ server }, random) => {
      await server.end(random.integer(2) === 0 ? 'SIGKILL' : 'SIGQUIT')
      await sleep(random.uniform() * 1000)
      await server.restart()
    },
  },
  'the network is cut': {
    fault: async ({ cable }, random) => {
      await cable.cut()
      await sleep(random.uniform() * 3000)
      await cable.restore()
    },
  },
  'there are two coordinators, and one is killed': {
    fault: async (rehearsal, random) => {
      await rehearsal.startCoordinator()
      await sleep(random.uniform() * 500)
      rehearsal.coordinators[random.integer(2)].kill()
    },
  },
  'a job kills its worker each time': {
    extra: ['die'],
    fault: async rehearsal => {
      await rehearsal.coordinators[0].ended
      expect(rehearsal.runsOf('die')).toBe(3)
    },
  },
}

/** What takes longer than a minute to notice. */
export const SLOW_FAULTS: Faults = {
  'the network is cut for a minute': {
    fault: async ({ cable }) => {
      await cable.cut()
      await sleep(60_000)
      await cable.restore()
    },
  },
  'all connections fall silent': {
    fault: ({ cable }) => cable.silence(),
  },
}
