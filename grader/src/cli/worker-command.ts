import { hostname } from 'node:os'
import { safeLine } from '@backprop/safe-text'
import { Option } from '@commander-js/extra-typings'
import { findListedLabs } from '../course.ts'
import { chooseMachine, WORKER_BACKEND } from '../pipeline/machine.ts'
import { prepareLab } from '../pipeline/prepare-lab.ts'
import { presentKey, SEED_KEY } from '../pipeline/seed-key.ts'
import { abilitiesOf } from '../queue/abilities.ts'
import { openDatabase } from '../queue/postgres/database.ts'
import { labsOf } from '../queue/state-text.ts'
import { work } from '../queue/work.ts'
import { WORKER_KEY, workerKey } from '../signing/keys.ts'
import { addressIn, command, DATABASE_OPTION, EXIT, JOBS, wholeNumber } from './command.ts'

export const worker = command({
  name: 'worker',
  summary: 'Grade jobs of classes that wait in a database, until stopped',
  syntax: parser =>
    parser
      .addOption(DATABASE_OPTION)
      .addOption(
        new Option('--jobs <n>', 'how many to grade at the same time')
          .argParser(wholeNumber(1, 256))
          .default(JOBS, 'half of the CPUs'),
      )
      .option('--labs <list>', 'take only jobs for these, such as 1,5', 'all')
      .option(
        '--backend <name>',
        'take only jobs that compute with it, such as webgpu on a machine with a GPU',
        WORKER_BACKEND,
      )
      .addOption(
        new Option('--idle <seconds>', 'stop after so long without a job (default: wait for the next class)').argParser(
          wholeNumber(1, 100_000),
        ),
      )
      .option('--name <name>', 'what "pnpm grade queue" calls it', `${hostname()}-${process.pid}`)
      .addOption(
        new Option(
          '--allow-weak-isolation',
          "work below tier B: a student's code could read the address of the database there, and forge grades",
        ),
      )
      .addHelpText(
        'after',
        `
Start it on as many machines as you have, each with the same commit of the course and the same ${SEED_KEY}. It needs
nothing else: jobs bring the files, and no names. "pnpm grade queue init" makes the tables and a role for workers, with a
file that holds its password: set PGPASSFILE to it. To sign grades, set ${WORKER_KEY} to a private key of
"pnpm grade keygen"; a class that has its public half there trusts no others.

It takes only jobs that it can grade as their class demands, and says once what it cannot. After Ctrl-C or SIGTERM it finishes
the jobs at hand; a second one stops it at once, and the jobs go to others.

  BACKPROP_DATABASE=postgres://grader_worker@db.example/grader pnpm grade worker

Exit codes: 0 stopped as asked, 2 it could not start.`,
      ),
  async run(_, { database: url, jobs, labs: list, backend, idle, name, allowWeakIsolation }, context) {
    const { course, stderr, env, now, signal, again } = context
    const address = addressIn(url, env)
    const say = (line: string) => stderr.write(`${line}\n`)
    const found = await findListedLabs(list, course)
    const machine = await chooseMachine({ backend, labs: found, worker: true, allowWeakIsolation })
    const [labs, seedKey] = [await Promise.all(found.map(prepareLab)), await presentKey(env)]
    const signingKey = await workerKey(env, 'private')
    const able = await abilitiesOf(machine, labs, { seedKey, signingKey })
    const database = await openDatabase(address)
    try {
      const { tier, device, node } = machine
      say(
        safeLine(
          `Worker ${name}: tier ${tier.id}, ${machine.backend} on ${device}, Node ${node}, ${labsOf(labs.length)},`,
        ),
      )
      say(
        `course version ${able.grader.slice(0, 8)}, ${seedKey ? `seed key ${seedKey.id}` : `no seed key: set ${SEED_KEY}`}.`,
      )
      say(
        `Grading ${jobs} at a time from ${database.name}. Ctrl-C finishes the jobs at hand; a second one stops at once.`,
      )
      signal.addEventListener('abort', () => say('Stopping: the jobs at hand are finished first.'), { once: true })
      await work(database, {
        name,
        labs,
        machine,
        able,
        seedKey,
        signingKey,
        jobs,
        idleSeconds: idle ?? null,
        signal,
        again,
        now,
        say,
      })
      say('Stopped.')
      return EXIT.fullMarks
    } finally {
      await database.close()
    }
  },
})
