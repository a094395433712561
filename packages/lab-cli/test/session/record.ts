import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { noPty, Screen } from '../pty.ts'
import { withSession } from './readme.ts'
import { walk, written } from './walk.ts'

/** `pnpm lab:record`: releases the course, does its first exercise as a student would, and writes that into the README. */

const ROOT = resolve(import.meta.dirname, '../../../..')
const README = join(ROOT, 'README.md')

if (noPty) throw new Error(`The session cannot be recorded: ${noPty}`)
const folder = mkdtempSync(join(tmpdir(), 'session-'))
try {
  const tree = join(folder, 'backprop-labs')
  const grade = [join(ROOT, 'packages/launch/launch.mjs'), join(ROOT, 'grader/src/pnpm-grade.ts')]
  execFileSync(process.execPath, [...grade, 'release', '--out', tree], { stdio: 'inherit', cwd: ROOT })
  const { packageManager } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { packageManager: string }

  const file = join(tree, 'labs/01-perceptron/src/perceptron.ts')
  const stub = readFileSync(file, 'utf8')
  const save = (code: string) =>
    writeFileSync(
      file,
      stub.replace("throw new NotImplemented('score')", () => code),
    )
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const command = ['-y', packageManager, 'lab']
  const screen = await Screen.open(npx, command, { cwd: tree, rows: 30 })
  try {
    const frames = await walk(screen, { save }, `npx ${command.join(' ')}`)
    writeFileSync(README, withSession(readFileSync(README, 'utf8'), written(frames)))
  } finally {
    screen.kill()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
