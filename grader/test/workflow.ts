import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { COURSE_ROOT } from '../src/course.ts'

/** Reads workflows, and runs their steps as a runner does, with stand-ins for npx and gh. */

export const FOLDER = join(COURSE_ROOT, 'grader', 'workflows')

export interface Step {
  readonly name?: string
  readonly uses?: string
  readonly run?: string
  readonly if?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

export interface Job {
  readonly steps?: readonly Step[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly with?: Readonly<Record<string, string>>
  readonly 'runs-on'?: unknown
}

export interface Input {
  readonly type: string
  readonly default?: string
  readonly options?: readonly string[]
}

export interface Workflow {
  readonly text: string
  readonly on: Readonly<Record<string, { readonly inputs?: Readonly<Record<string, Input>> } | null>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

export function readWorkflow(file: string): Workflow {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  return { ...(parse(text) as Omit<Workflow, 'text'>), text }
}

export function stepOf({ jobs }: Workflow, job: string, name: string): Step {
  const step = jobs[job].steps?.find(each => each.name === name)
  if (!step) throw new Error(`job ${job} has no step "${name}"`)
  return step
}

export const stepsOf = ({ jobs }: Workflow): readonly Step[] => Object.values(jobs).flatMap(({ steps = [] }) => steps)

export interface Ended {
  readonly code: number | null
  readonly output: string
}

/** A machine for one job: its folders, the files that steps write to, and programs that stand in for others. */
export class Runner {
  readonly workspace = mkdtempSync(join(tmpdir(), 'work space ü '))
  readonly temp = mkdtempSync(join(tmpdir(), 'runner temp '))
  readonly #programs = mkdtempSync(join(tmpdir(), 'programs-'))

  constructor() {
    const start = `exec '${process.execPath}' '${join(COURSE_ROOT, 'packages/launch/launch.mjs')}'`
    const program = (script: string, main: string) => `${script}) ${start} '${join(COURSE_ROOT, main)}' "$@" ;;`
    const scripts = [program('lab', 'packages/lab-cli/src/pnpm-lab.ts'), program('grade', 'grader/src/pnpm-grade.ts')]
    this.stand(
      'npx',
      `test "$1 $2" = "-y ${packageManager()}" || exit 99\nscript=$3\nshift 3\ncase $script in\n${scripts.join('\n')}\nesac`,
    )
    // Answers from files: the path with _ for each character that is no letter or digit.
    this.stand('gh', `cat '${this.temp}/gh/'"$(printf %s "$2" | tr -c 'a-zA-Z0-9' _)"`)
    mkdirSync(join(this.temp, 'gh'))
  }

  stand(program: string, script: string): void {
    writeFileSync(join(this.#programs, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }

  /** What `gh api PATH` prints. */
  answer(path: string, content: string | Buffer): void {
    writeFileSync(join(this.temp, 'gh', path.replace(/[^a-zA-Z0-9]/g, '_')), content)
  }

  /** What steps have appended to `$GITHUB_OUTPUT` and its like. */
  written(file: 'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY' | 'GITHUB_ENV'): string {
    return readFileSync(join(this.temp, file), 'utf8')
  }

  /** Runs a step with the same shell and options as GitHub's runner, and no other variable than those given. */
  run({ run = '' }: Step, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const script = join(this.temp, 'step.sh')
    writeFileSync(script, run)
    const names = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV']
    const files = names.map(name => [name, join(this.temp, name)] as const)
    for (const [, file] of files) writeFileSync(file, '', { flag: 'a' })
    const all = {
      PATH: `${this.#programs}:${process.env.PATH}`,
      HOME: this.temp,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_REPOSITORY: 'uni/course',
      GITHUB_REF_NAME: 'main',
      GITHUB_WORKSPACE: this.workspace,
      RUNNER_TEMP: this.temp,
      ...(Object.fromEntries(files) as Record<string, string>),
      ...env,
    }
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], { cwd: this.workspace, env: all })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    return new Promise(resolve => child.on('close', code => resolve({ code, output })))
  }
}

/** As in the root's package.json: `pnpm@12.21.0`. */
export function packageManager(): string {
  const { packageManager } = JSON.parse(readFileSync(join(COURSE_ROOT, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  return packageManager
}
