import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course/course.ts'
import { gradeLab, type GradedLab } from '../src/grade-lab.ts'
import { strongestTier, type TierId } from '../src/sandbox/tiers/tiers.ts'
import { completed, type Attack } from './attacks/attack.ts'
import { FORGE } from './attacks/forge.ts'
import { HOST } from './attacks/host.ts'
import { LEARNING, type Cheat } from './attacks/learning.ts'
import { RESOURCES } from './attacks/resources.ts'
import { TREE } from './attacks/tree.ts'

/**
 * Hostile submissions, graded for real in the strongest tier of this machine. None may gain a point, leave anything on
 * the host, learn a secret, or keep the grader from its report. Their host effects are stopped by tiers A and B only.
 */

const { id: tier } = await strongestTier()
const confined = (['A', 'B'] as TierId[]).includes(tier)
const [original] = await findLabs('01')
const [mlp] = await findLabs('05')
// Tight limits, so that an endless loop costs little. The budget of a test has nothing to do with what it proves.
const limits = { loadSeconds: 2, callSeconds: 2, cpuSeconds: 10, wallSeconds: 60, memoryMB: 128 }
const lab = { ...original, manifest: { ...original.manifest, limits } }

const folder = mkdtempSync(join(tmpdir(), 'backprop-attacks-'))
const marks = join(folder, 'marks')
const connections: string[] = []
const servers: Server[] = []
let port = 0

beforeAll(async () => {
  chmodSync(folder, 0o755)
  mkdirSync(marks)
  chmodSync(marks, 0o777)
  process.env.ATTACK_SECRET = 'SECRET-IN-ENV'
  port = await listen(0)
  await listen(join(marks, 'socket'))
})
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true, force: true })
})

function listen(where: number | string): Promise<number> {
  const server = createServer(socket => {
    connections.push(String(where))
    socket.destroy()
  })
  servers.push(server)
  return new Promise(resolve =>
    server.listen(where, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    }),
  )
}

function submit(id: string, code: string, file = 'src/perceptron.ts'): string {
  const submission = join(folder, id)
  mkdirSync(join(submission, 'src'), { recursive: true })
  writeFileSync(join(submission, file), code)
  return submission
}

function arm(code: string): string {
  return code
    .replaceAll('@@MARKS@@', marks)
    .replaceAll('@@HIDDEN@@', join(COURSE_ROOT, 'labs/01-perceptron/hidden'))
    .replaceAll('@@SOLUTION@@', solutionDir(lab))
    .replaceAll('@@PORT@@', String(port))
}

const statuses = (graded: GradedLab) =>
  new Set(graded.exercises.flatMap(each => each.tests.map(({ status }) => status)))

/** Command lines of processes that belong to a sandbox of ours, or that an attack started. */
function leftovers(): string[] {
  if (process.platform !== 'linux') return []
  const lines = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(commandLine)
  return lines.filter(line => line.includes(marks) || line.includes('for(;;);'))
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

describe.concurrent(`hostile submissions in tier ${tier}`, { timeout: 120_000 }, () => {
  test('control: the reference solution gets full marks under the same limits', async () => {
    const graded = await gradeLab({ lab, submission: solutionDir(lab), tier })
    expect(graded).toMatchObject({ points: 100, problem: null })
  })

  test('control: wrong functions get nothing', async () => {
    const graded = await gradeLab({ lab, submission: submit('control', completed('')), tier })
    expect(graded).toMatchObject({ points: 0, problem: null })
    expect([...statuses(graded)]).toEqual(['failed'])
  })

  test('control: what a submission prints reaches the log, or nothing below could be seen', async () => {
    const graded = await gradeLab({ lab, submission: submit('printing', completed("console.log('PWNED')")), tier })
    expect(graded.log.filter(entry => entry.error === 'printed' && entry.stack.includes('PWNED'))).toHaveLength(17)
  })

  test.each<Attack>([...FORGE, ...HOST, ...RESOURCES, ...TREE])(
    '$id: $title',
    async ({ id, code, files = {}, refused, seenAs, settleMs = 0 }) => {
      const submission = submit(id, arm(completed(code)))
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(submission, file)), { recursive: true })
        writeFileSync(join(submission, file), arm(text))
      }
      const graded = await gradeLab({ lab, submission, tier })
      expect(graded.points, 'points gained').toBe(0)
      if (refused) expect(graded.problem).toContain(refused)
      else expect(graded.problem, 'it was really run').toBeNull()
      if (seenAs)
        expect(
          seenAs.some(status => statuses(graded).has(status as never)),
          [...statuses(graded)].join(),
        ).toBe(true)
      await sleep(settleMs)
      const log = graded.log.map(entry => `${entry.error}\n${entry.stack}`).join('\n')
      expect(log, 'no terminal escape reaches the log').not.toContain('\u001b')
      expect(log, 'no workflow command reaches the log').not.toMatch(/^\s*::error/m)
      if (!confined) return
      expect(log, 'no secret was read').not.toContain('PWNED')
      expect(readdirSync(marks), 'no file was left').toEqual(['socket'])
      expect(connections, 'nothing was reached').toEqual([])
    },
  )
})

describe.concurrent('cheats at learning', { timeout: 120_000 }, () => {
  test.each<Cheat>(LEARNING)('$id: $title', async ({ id, code, exercise }) => {
    const graded = await gradeLab({ lab: mlp, submission: submit(id, code, 'src/mlp.ts'), tier })
    expect(graded.problem, 'it was really run').toBeNull()
    const { points, status } = graded.exercises.find(each => each.id === exercise) ?? {}
    expect({ points, status }).toEqual({ points: 0, status: 'failed' })
  })
})

test('no process is left behind', () => {
  expect(leftovers()).toEqual([])
})
