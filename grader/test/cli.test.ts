import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gradeClass } from '../src/cli/class-command.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { run } from './running.ts'
import { submissionOf, untouched } from './submissions.ts'

const [lab] = await findLabs('01')
const TESTS = lab.manifest.exercises.flatMap(({ tests }) => tests).length
const { id: tier } = await strongestTier()
const out = mkdtempSync(join(tmpdir(), 'reports-'))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function grader(args: readonly string[], { env = {}, interruptOn = '' } = {}): Promise<Ended> {
  const program = [join(COURSE_ROOT, 'packages/launch/launch.mjs'), join(COURSE_ROOT, 'grader/src/pnpm-grade.ts')]
  const child = spawn(process.execPath, [...program, ...args], { cwd: out, env: { ...process.env, ...env } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    if (interruptOn && stderr.includes(interruptOn)) setTimeout(() => child.kill('SIGINT'), 1500)
  })
  return new Promise(resolve => child.on('close', code => resolve({ code, stdout, stderr })))
}

describe.concurrent('pnpm grade', () => {
  test('an unknown lab is a sentence and exit code 2', async () => {
    const { code, stderr, stdout } = await grader(['9'])
    expect({ code, stderr, stdout }).toEqual({
      code: 2,
      stdout: '',
      stderr: `There is no lab "9". The labs are: ${(await findLabs('all')).map(({ manifest }) => manifest.id).join(', ')}.\n`,
    })
  })

  test('a folder that is not there is a sentence and exit code 2', async () => {
    const { code, stderr } = await grader(['1', '--submission', 'no-such-folder'])
    expect(code).toBe(2)
    expect(stderr).toContain('no-such-folder". Give the folder of a submission with --submission.')
  })

  test('an unknown option is refused, not ignored', async () => {
    const { code, stderr } = await grader(['1', '--offical'])
    expect(code).toBe(2)
    expect(stderr).toContain("unknown option '--offical'\n(Did you mean --official?)")
    expect(stderr).toContain('pnpm grade grade --help')
    // Also where a required option is missing: the misspelt one may be it.
    await expect(run(gradeClass, ['--submision', 'x'])).rejects.toThrow(
      "unknown option '--submision'\n(Did you mean --submissions?)\nSee: pnpm grade class --help",
    )
    await expect(run(gradeClass, [])).rejects.toThrow("required option '--submissions <dir>' not specified")
  })

  test('every command has a help that says what it does', async () => {
    const overview = await grader(['--help'])
    expect(overview.code).toBe(0)
    for (const command of COMMANDS) {
      expect(overview.stdout).toContain(`\n  ${command.name} `)
      const { code, stdout } = await run(command, ['--help'])
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(`^Usage: pnpm grade ${command.name} `) as string,
      })
    }
    expect((await grader(['1', '--help'])).stdout, 'help on what is being typed').toContain('--submission <dir>')
  })

  test('full marks are exit code 0, and the report is written', async () => {
    const folder = join(out, 'full')
    const { code, stdout, stderr } = await grader([
      '01-perceptron',
      '--submission',
      solutionDir(lab),
      '--report',
      folder,
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('100 of 100 points')
    expect(stdout).toContain(`tier ${tier}`)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toContain(`01-perceptron: ${TESTS} tests`)
    expect(readdirSync(folder).sort()).toEqual(['log.json', 'report.html', 'report.json'])
  })

  test('lost points are exit code 1, and --json prints the report and nothing else', async () => {
    const { code, stdout } = await grader([
      '1',
      '--submission',
      untouched(lab),
      '--report',
      join(out, 'stub'),
      '--json',
    ])
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'backprop/report/v1', points: 0, maxPoints: 100 })
    expect(stdout).toBe(readFileSync(join(out, 'stub/report.json'), 'utf8'))
  })

  test.skipIf(tier !== 'A' /* only then is there a weaker tier to fall to */)(
    'without bubblewrap the next tier is used, and the report says why',
    async () => {
      const tools = mkdtempSync(join(tmpdir(), 'tools-'))
      for (const tool of ['setpriv', 'prlimit', 'ldd', 'python3'])
        symlinkSync(which(tool) ?? '/nowhere', join(tools, tool))
      const args = ['1', '--submission', solutionDir(lab), '--report', join(out, 'lower'), '--official', '--json']
      const { code, stdout } = await grader(args, { env: { PATH: tools } })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        points: 100,
        environment: { tier: 'B', tierReason: 'tier A: bubblewrap is not installed' },
      })
    },
  )

  test.skipIf(process.platform === 'win32' /* has no SIGINT to send */)(
    'Ctrl-C stops immediately and leaves nothing',
    async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'interrupted-'))
      const looping = submissionOf(lab, 'export const score = () => { for (;;); }')
      const args = ['1', '--submission', looping, '--report', join(out, 'interrupted')]
      const { code, stderr } = await grader(args, { env: { TMPDIR: temporary }, interruptOn: `${TESTS} tests` })
      expect(code).toBe(130)
      expect(stderr).toContain('Stopped. Nothing was left running.')
      expect(readdirSync(temporary), 'temporary folders').toEqual([])
      expect(readdirSync(out), 'no report').not.toContain('interrupted')
      expect(processesNaming(temporary), 'processes').toEqual([])
    },
  )
})

function processesNaming(text: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').filter(name => {
    if (!/^\d+$/.test(name)) return false
    try {
      return (
        readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) ||
        readFileSync(`/proc/${name}/environ`, 'utf8').includes(text)
      )
    } catch {
      return false
    }
  })
}
