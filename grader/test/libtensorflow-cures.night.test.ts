import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { libtensorflow } from '@backprop/backend-tfjs/libtensorflow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { COURSE_ROOT } from '../src/course.ts'
import { gradeWith } from './native/grade-with.ts'
import { type Answer, type Mirror, openMirror } from './native/mirror.ts'
import { course } from './tiny-labs.ts'
import { packageManager } from './workflow.ts'

/**
 * What the doctor and the README say to type about libtensorflow is typed, word for word, against a mirror on this machine
 * whose downloads fail in every way. Each cure ends with the real library computing.
 */

const built = await libtensorflow()
const readme = readFileSync(join(COURSE_ROOT, 'packages/backend-tfjs/README.md'), 'utf8')

/** What the README says: the address of each mirror, and the path that follows it. */
const [, cdn, library] = /`(TFJS_NODE_CDN_STORAGE=\S+)`[^`]*`([^`]+)`/.exec(readme) ?? []
const [, addons, addon] = /`(npm_config_tfjs_binding_binary_host_mirror=\S+)`[^`]*`([^`]+)`/.exec(readme) ?? []
const EXAMPLE = 'https://mirror.example/'
const paths = { library: `/${library}`, addon: `/addon/${addon}` }

if ('missing' in built) test.skip(`the cures for libtensorflow (skipped: ${built.missing})`)
else describe('the cures for libtensorflow', () => cures(built.folder))

function cures(folder: string): void {
  // Beside the library, which is linked rather than copied.
  const around = mkdtempSync(join(folder, '../cures-'))
  let mirror: Mirror
  let workspace: string
  beforeAll(async () => {
    mirror = await openMirror(join(folder, 'node_modules'), around, paths)
    workspace = newWorkspace(around)
  })
  afterAll(() => {
    mirror.close()
    rmSync(around, { recursive: true, force: true })
  })

  /** Does what a fix says: deletes the folder that it names, and runs its commands until one fails. */
  async function follow(fix: string, answer: Answer): Promise<{ code: number | null; output: string }> {
    mirror.answer = answer
    const [, unwanted] = /delete the folder ([^\s,]+)/.exec(fix) ?? []
    if (unwanted) rmSync(join(workspace, unwanted), { recursive: true, force: true })
    const commands = fix.match(/pnpm (?:add|rebuild)(?: --[\w-]+(?:=[@/\w-]+)?)* @[\w/-]+/g) ?? []
    expect(commands.length, fix).toBeGreaterThan(0)
    return typed(commands.join(' && '))
  }

  async function typed(line: string): Promise<{ code: number | null; output: string }> {
    const variables = `${cdn} ${addons}`.replaceAll(EXAMPLE, mirror.url)
    const child = spawn('sh', ['-c', `export ${variables}; { ${line}; } 2>&1`], {
      cwd: workspace,
      env: terminal(around),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'close') as Promise<[number | null]>
    const output = await text(child.stdout)
    const [code] = await ended
    return { code, output }
  }

  /** What the doctor says of tfjs-node in this workspace. */
  async function doctor(): Promise<{ line: string; fix: string }> {
    const { stdout } = await gradeWith(join(workspace, 'node_modules'), course, 'doctor')
    const [, line = stdout, fix = ''] = /^ +([✓✗] tfjs-node +.*)(?:\n +fix: (.*))?$/m.exec(stdout) ?? []
    return { line, fix }
  }

  async function expectCured(fix: string): Promise<void> {
    const { code, output } = await follow(fix, 'whole')
    expect(code, output).toBe(0)
    expect((await doctor()).line).toMatch(/^✓ tfjs-node .* TensorFlow 2\.\d+\.\d+ through tfjs-node 4\.\d+\.\d+/)
  }

  test('the command of the README asks for what it says, and an error page fails as it says', async () => {
    const [, command = ''] = /```\n(pnpm add .*)\n/.exec(readme) ?? []
    mirror.answer = 'error page'
    const { code, output } = await typed(command)
    expect(code).toBe(1)
    expect(output).toContain('TAR_BAD_ARCHIVE')
    expect(readme).toContain('`TAR_BAD_ARCHIVE` means')
    expect(mirror.asked).toEqual([paths.library.replace('-cpu-', '-gpu-')])
  })

  test('an error page in place of the library: nothing is installed, and the next cure installs it', async () => {
    const { line, fix } = await doctor()
    expect(line).toContain('the package @tensorflow/tfjs-node is not installed')
    mirror.asked.length = 0
    const { code, output } = await follow(fix, 'error page')
    expect(code).toBe(1)
    expect(output).toContain('TAR_BAD_ARCHIVE')
    const next = await doctor()
    expect(next.line).toContain('the install script did not run, or did not finish')
    await expectCured(next.fix)
    expect(mirror.asked).toEqual([paths.library, paths.library, paths.addon])
  })

  test('a connection that breaks while tfjs-node is installed: pnpm says "Done", the doctor how to go on', async () => {
    const before = workspace
    workspace = newWorkspace(around)
    try {
      const { code, output } = await follow((await doctor()).fix, 'broken')
      expect(code, output).toBe(0)
      const { line, fix } = await doctor()
      expect(line).toContain('the install script did not run, or did not finish')
      await expectCured(fix)
    } finally {
      workspace = before
    }
  })

  test.each([
    { name: 'missing, and an error page comes', answer: 'error page', prints: 'TAR_BAD_ARCHIVE', says: 'is missing' },
    {
      name: 'missing, and the archive has no end',
      answer: 'half',
      prints: 'TAR_ABORT',
      says: 'SIGBUS, as a damaged or',
    },
    { name: 'missing, and the connection breaks', answer: 'broken', prints: 'Done', says: 'SIGBUS, as a damaged or' },
  ] as const)('a library that is $name', async ({ answer, prints, says }) => {
    rmSync(join(workspace, 'node_modules/@tensorflow/tfjs-node/deps/lib'), { recursive: true })
    const { line, fix } = await doctor()
    expect(line).toContain('libtensorflow, which the install script downloads, is missing')
    const { code, output } = await follow(fix, answer)
    expect(code, output).toBe(answer === 'broken' ? 0 : 1)
    expect(output).toContain(prints)
    const next = await doctor()
    expect(next.line).toContain(says)
    await expectCured(next.fix)
  })

  test('a library that is another one', async () => {
    const lib = join(workspace, 'node_modules/@tensorflow/tfjs-node/deps/lib/libtensorflow.so.2')
    rmSync(lib)
    const options = ['-shared', '-fPIC', '-x', 'c', '-', '-Wl,-soname,libtensorflow.so.2', '-o', lib]
    execFileSync('gcc', options, { input: 'int nothing;' })
    const { line, fix } = await doctor()
    expect(line).toContain('as a library of another version does')
    await expectCured(fix)
  })
}

/** A workspace with the settings of this repository and no packages; pnpm keeps nothing of it for other workspaces. */
function newWorkspace(around: string): string {
  const workspace = mkdtempSync(join(around, 'workspace-'))
  const { pmOnFail, verifyDepsBeforeRun, allowBuilds, shellEmulator } = parse(
    readFileSync(join(COURSE_ROOT, 'pnpm-workspace.yaml'), 'utf8'),
  ) as Record<string, unknown>
  const settings = { pmOnFail, verifyDepsBeforeRun, allowBuilds, shellEmulator, sideEffectsCache: false }
  writeFileSync(join(workspace, 'pnpm-workspace.yaml'), stringify({ packages: ['packages/*'], ...settings }))
  writeFileSync(join(workspace, 'package.json'), '{ "private": true }')
  return workspace
}

/** A terminal with our pnpm and Node, and without a proxy, which could not reach the mirror. */
function terminal(around: string): NodeJS.ProcessEnv {
  const bin = join(around, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'pnpm'), `#!/bin/sh\nexec npx -y ${packageManager()} "$@"\n`, { mode: 0o755 })
  const ours = /^(npm_(lifecycle|package|execpath|node)|PNPM_|VITEST|NODE_|TURBO_|INIT_CWD|CI$|https?_proxy$)/i
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return {
    ...Object.fromEntries(kept),
    PATH: [bin, dirname(process.execPath), process.env.PATH].join(':'),
    NO_COLOR: '1',
  }
}
