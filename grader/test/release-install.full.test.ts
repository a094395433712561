import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { release } from '../src/cli/release-command.ts'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'
import { run } from './running.ts'

/** A release, used as a student does: it is installed for real, and everything in it is run. */

const around = realpathSync(mkdtempSync(join(tmpdir(), 'Übungen von Zoë ')))
const repository = join(around, 'backprop labs')
const labs = await findLabs('all')
const [lab] = labs
const { packageManager } = JSON.parse(readFileSync(join(COURSE_ROOT, 'package.json'), 'utf8')) as {
  packageManager: string
}

/** What a student's terminal has: nothing of this course, and nothing of the test that runs. */
function studentEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(lifecycle|package|execpath|node)|PNPM_|VITEST|NODE_|TURBO_|INIT_CWD|CI$)/i
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const path = (process.env.PATH ?? '').split(delimiter).filter(folder => !folder.startsWith(COURSE_ROOT))
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter), NO_COLOR: '1' }
}

/** `npx -y pnpm@… ARGS`, as the README says. */
function pnpm(...args: string[]): Promise<{ code: number | null; output: string }> {
  // Windows starts npx.cmd through a shell only; no argument here has a space.
  const child = spawn('npx', ['-y', packageManager, ...args], {
    cwd: repository,
    env: studentEnvironment(),
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

const lockfile = () => readFileSync(join(repository, 'pnpm-lock.yaml'), 'utf8')
let released: string

beforeAll(async () => {
  await run(release, ['--out', repository])
  released = lockfile()
  const { code, output } = await pnpm('install', '--frozen-lockfile', '--prefer-offline')
  expect(output).toContain('Done in')
  expect(code, output).toBe(0)
})
afterAll(() => rmSync(around, { recursive: true, force: true }))

describe('a released tree', () => {
  test('lab 01 is not started, and is done with the solution in place', async () => {
    const begun = await pnpm('lab', '1', '--once')
    expect(begun.output.match(/not started/g), begun.output).toHaveLength(lab.manifest.exercises.length)
    expect(begun.code).toBe(1)

    cpSync(join(solutionDir(lab), 'src'), join(repository, 'labs', lab.manifest.id, 'src'), { recursive: true })
    const done = await pnpm('lab', '1', '--once')
    expect(done.output).toContain('All visible tests pass.')
    expect(done.code).toBe(0)

    const all = await pnpm('test')
    for (const { manifest } of labs) expect(all.output).toContain(manifest.title)
    expect(all.code, 'the other labs are not started').toBe(1)
  })

  test('the stubs and the solution lint and type-check', async () => {
    expect(await pnpm('lint')).toMatchObject({ code: 0 })
    expect(await pnpm('typecheck')).toMatchObject({ code: 0 })
  })

  test('the playground serves the page and its worker, and nothing of solutions', async () => {
    const program = ['packages/launch/launch.mjs', 'packages/playground/src/playground.ts', '--no-open']
    const child = spawn(process.execPath, program, { cwd: repository, env: studentEnvironment(), stdio: 'pipe' })
    const ended = once(child, 'exit')
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
    try {
      await expect.poll(() => output, { timeout: 120_000 }).toMatch(/The playground is at http:\S+/)
      const url = /http:\S+/.exec(output)?.[0] ?? ''
      for (const path of ['', 'src/page/main.tsx', 'src/worker/worker.ts'])
        expect((await fetch(`${url}${path}`)).status, path).toBe(200)
    } finally {
      child.kill('SIGINT')
    }
    expect(await ended, output).toEqual([0, null])
    expect(await pnpm('playground', '--solutions')).toMatchObject({
      code: 2,
      output: expect.stringContaining('There are no solutions in this tree') as string,
    })
  })

  test('pnpm agrees with the lockfile, and no compiler of kernels is installed', () => {
    expect(lockfile()).toBe(released)
    const installed = readdirSync(join(repository, 'node_modules/.pnpm'))
    expect(installed.filter(name => /^(assemblyscript|turbo|prettier|playwright)/.test(name))).toEqual([])
    expect(existsSync(join(repository, 'node_modules/.bin/tsc'))).toBe(true)
  })
})
