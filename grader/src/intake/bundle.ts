import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LabManifest } from '@backprop/course'
import { allowedImports, Refused, type Sources } from '@backprop/course/intake'
import { killGroup } from '@backprop/testkit/run'
import { GraderFault } from '../errors.ts'
import { idleDataBytes, which } from '../sandbox/tiers/host.ts'
import type { CompileReply } from './compile-host.ts'

/** Far more than any file of a lab needs. */
const LIMITS = { wallSeconds: 20, cpuSeconds: 5, memoryMB: 512 }

type Files = ReadonlyMap<string, string>

/**
 * Turns the edited files into modules, in a process with bounds. They may import each other, the files that the course
 * gives beside them, and the lab's packages. Throws `Refused` with the line where something is wrong.
 */
export async function bundle(edited: Files, lab: LabManifest, given: Files = new Map()): Promise<Map<string, string>> {
  const files = Object.fromEntries([...given, ...edited])
  const reply = await compileApart({ files, edit: lab.edit, mayImport: allowedImports(lab) })
  if ('modules' in reply) return new Map(Object.entries(reply.modules))
  if ('problem' in reply) throw new Refused(reply.problem)
  await checkCompiler(reply.crash)
  throw new Refused(
    'the code cannot be compiled within reason: it is nested, chained or repeated more than any compiler can bear.',
  )
}

/** Whether it was the code, or whether nothing can be compiled here. */
async function checkCompiler(crash: string): Promise<void> {
  const reply = await compileApart({ files: { 'a.ts': 'export const a: number = 1' }, edit: ['a.ts'], mayImport: {} })
  if (!('modules' in reply)) throw new GraderFault(`the compiler does not work here: ${crash}`)
}

function compileApart(sources: Sources): Promise<CompileReply> {
  const child = start()
  return new Promise(resolve => {
    let reply: CompileReply = { crash: 'it ended without an answer' }
    const timer = setTimeout(() => {
      reply = { crash: `it took more than ${LIMITS.wallSeconds} s` }
      killGroup(child.pid)
    }, LIMITS.wallSeconds * 1000)
    child.on('error', error => (reply = { crash: error.message }))
    child.on('message', (message: CompileReply) => (reply = message))
    child.on('close', () => {
      clearTimeout(timer)
      killGroup(child.pid) // esbuild, should it be left
      resolve(reply)
    })
    child.send(sources, () => {}) // a child that died early is noticed by its end
  })
}

/** In a process group of its own, so that esbuild, which is a process of its own, can be killed with it. */
function start(): ChildProcess {
  const launcher = fileURLToPath(import.meta.resolve('@backprop/launch'))
  const program = join(import.meta.dirname, 'compile-host.ts')
  const detached = process.platform !== 'win32'
  const [execPath, ...execArgv] = [...bounds(), process.execPath]
  const env = { ...process.env, NODE_OPTIONS: undefined }
  return fork(launcher, [program], { detached, execPath, execArgv, env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}

function bounds(): string[] {
  const prlimit = which('prlimit')
  if (!prlimit) return []
  const data = idleDataBytes(process.execPath) + (LIMITS.memoryMB << 20)
  return [prlimit, `--data=${data}`, `--cpu=${LIMITS.cpuSeconds}`, '--core=0', '--']
}
