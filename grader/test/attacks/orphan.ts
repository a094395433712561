/**
 * A grader that will be killed: starts a student's process in tier D, where nothing but the guard ends it, has it loop,
 * prints the ids of both, and waits. With `unguarded`, the process is started without the guard.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSealed } from '../../src/sandbox/sealed.ts'
import { Session } from '../../src/sandbox/session.ts'
import { makeWorkFolder, nodeFor } from '../../src/sandbox/tiers/host.ts'
import { launchBare } from '../../src/sandbox/tiers/process.ts'

const MODULE = `
export const ids = () => [process.ppid, process.pid]
export const loop = () => { for (;;); }
export const killGuard = () => { process.kill(process.ppid, 'SIGKILL'); for (;;); }
export const stopGuard = () => { process.kill(process.ppid, 'SIGSTOP'); for (;;); }
`
interface Student {
  ids(): Promise<[guard: number, student: number]>
  loop(): Promise<void>
  killGuard(): Promise<void>
  stopGuard(): Promise<void>
}

const [, , mode] = process.argv
if (mode === 'unguarded') {
  const child = spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' })
  console.log(JSON.stringify([child.pid, child.pid, '']))
  setInterval(() => {}, 1000)
} else {
  const folder = makeWorkFolder()
  const [sealedDir, submissionDir] = [join(folder, 'sealed'), join(folder, 'submission')]
  await buildSealed({ mayImport: {} }, sealedDir)
  mkdirSync(submissionDir)
  writeFileSync(join(submissionDir, 'a.mjs'), MODULE)
  const node = nodeFor(folder)
  // As on a system that has none of the programs by which Linux ends a process with its parent.
  process.env.PATH = ''
  const limits = { loadSeconds: 20, callSeconds: mode === 'loop' ? 60 : 1, cpuSeconds: 60, memoryMB: 256 }
  const child = launchBare({ node, sealedDir, submissionDir, module: 'a.mjs', backend: 'plain', limits })
  const session = new Session(child, { limits, byValue: [] })
  await session.ready
  const student = session.remote<Student>()
  console.log(JSON.stringify([...(await student.ids()), folder]))
  const ended = student[mode as keyof Student]().then(
    () => 'returned',
    (error: Error) => error.message,
  )
  console.log(JSON.stringify(await ended))
  await session.close()
  console.log(JSON.stringify('closed'))
}
