import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gradeClass } from '../src/cli/class-command.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { grade } from '../src/cli/grade-command.ts'
import { findLabs, solutionDir } from '../src/course.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { grader } from './grader-process.ts'
import { run } from './running.ts'
import { submissionOf, untouched } from './submissions.ts'
import { course, neuron } from './tiny-labs.ts'

const [lab] = await findLabs('01')
const TESTS = lab.manifest.exercises.flatMap(({ tests }) => tests).length
const { id: tier } = await strongestTier()
const out = mkdtempSync(join(tmpdir(), 'reports-'))

describe.concurrent('pnpm grade', () => {
  test('an unknown lab is a sentence and exit code 2', async () => {
    const { code, stderr, stdout } = await grader(out, ['99'])
    expect({ code, stderr, stdout }).toEqual({
      code: 2,
      stdout: '',
      stderr: `There is no lab "99". The labs are: ${(await findLabs('all')).map(({ manifest }) => manifest.id).join(', ')}.\n`,
    })
  })

  test('a folder that is not there is a sentence', () =>
    expect(run(grade, ['1', '--submission', 'no-such-folder'])).rejects.toThrow(
      'no-such-folder". Give the folder of a submission with --submission.',
    ))

  test('an unknown option is refused, not ignored', async () => {
    const wrong = expect(run(grade, ['1', '--offical'])).rejects
    await wrong.toThrow("unknown option '--offical'\n(Did you mean --official?)")
    await wrong.toThrow('pnpm grade grade --help')
    // Also where a required option is missing: the misspelt one may be it.
    await expect(run(gradeClass, ['--submision', 'x'])).rejects.toThrow(
      "unknown option '--submision'\n(Did you mean --submissions?)\nSee: pnpm grade class --help",
    )
    await expect(run(gradeClass, [])).rejects.toThrow("required option '--submissions <dir>' not specified")
  })

  test('every command has a help that says what it does', async () => {
    const overview = await grader(out, ['--help'])
    expect(overview.code).toBe(0)
    for (const command of COMMANDS) {
      expect(overview.stdout).toContain(`\n  ${command.name} `)
      const { code, stdout } = await run(command, ['--help'])
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(`^Usage: pnpm grade ${command.name} `) as string,
      })
    }
    const { stdout } = await run(grade, ['1', '--help'])
    expect(stdout, 'help on what is being typed').toContain('--submission <dir>')
  })

  test('full marks are exit code 0, and the report is written', async () => {
    const folder = join(out, 'full')
    const args = ['01-neuron', '--submission', solutionDir(neuron), '--report', folder]
    const { code, stdout, stderr } = await run(grade, args, { course })
    expect(code).toBe(0)
    expect(stdout).toContain('100 of 100 points')
    expect(stdout).toContain(`tier ${tier}`)
    expect(stdout).not.toContain('\u001b')
    expect(stderr).toContain('01-neuron: 10 tests')
    expect(readdirSync(folder).sort()).toEqual(['log.json', 'report.html', 'report.json'])
  })

  test('several labs make one report, each once and in order', async () => {
    const args = ['2', '1', '01-neuron', '--submission', course, '--report', join(out, 'both'), '--json']
    const { code, stdout } = await run(grade, args, { course })
    expect(code).toBe(1)
    const { labs } = JSON.parse(stdout) as { labs: { id: string }[] }
    expect(labs.map(({ id }) => id)).toEqual(['01-neuron', '02-scale'])
  })

  test('lost points are exit code 1, and --json prints the report and nothing else', async () => {
    const { code, stdout } = await grader(out, [
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

  test.skipIf(process.platform === 'win32' /* has no SIGINT to send */)(
    'Ctrl-C stops immediately and leaves nothing',
    async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'interrupted-'))
      const looping = submissionOf(lab, 'export const score = () => { for (;;); }')
      const args = ['1', '--submission', looping, '--report', join(out, 'interrupted')]
      const { code, stderr } = await grader(out, args, { env: { TMPDIR: temporary }, interruptOn: `${TESTS} tests` })
      expect(code).toBe(130)
      expect(stderr).toContain('Stopped. Nothing was left running here.')
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
