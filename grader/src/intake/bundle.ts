import { join, posix } from 'node:path'
import type { Compiled, Importing, Sources } from '@backprop/course/submission'
import { killGroup } from '@backprop/test-runner'
import { GraderFault } from '../errors.ts'
import { forkBounded } from './bounded-process.ts'
import type { CompileReply } from './compile-host.ts'

/** Far more than any file of a lab needs. */
const LIMITS = { wallSeconds: 20, cpuSeconds: 5, memoryMB: 512 }

type Files = ReadonlyMap<string, string>

export interface Bundle {
  /** Code by module: `mlp` for src/mlp.ts. */
  readonly modules: ReadonlyMap<string, string>
  /** Files that cannot be compiled, or import one that cannot, with the line where something is wrong. */
  readonly problems: ReadonlyMap<string, string>
}

export interface Edited {
  readonly files: Files
  /** Files that could not be taken, with the reason. */
  readonly refused?: Files
}

const UNREASONABLE = 'it cannot be compiled within reason: it is nested, chained or repeated too deeply for a compiler.'

/**
 * Turns the edited files into modules, in a process with bounds. They may import each other, the files that the course
 * provides next to them, and the lab's packages. An error in one file does not affect files that do not import it.
 * @param scratch a folder of a run with many submissions, where the compiler keeps its own compiled code
 */
export async function bundle(
  { files, refused = new Map() }: Edited,
  lab: Importing,
  given: Files = new Map(),
  scratch?: string,
): Promise<Bundle> {
  const edit = [...files.keys()]
  const sources = {
    files: Object.fromEntries([...given, ...files]),
    refused: Object.fromEntries(refused),
    mayImport: lab.mayImport,
    importers: lab.importers,
  }
  let reply = await compileApart({ ...sources, edit }, scratch)
  if ('crash' in reply) {
    await checkCompiler(reply.crash)
    reply = await compileOneByOne(edit, sources)
  }
  const modules = Object.entries(reply.modules).map(([name, code]) => [posix.basename(name, '.mjs'), code] as const)
  return { modules: new Map(modules), problems: new Map(Object.entries(reply.problems)) }
}

/** One of them makes the compiler hang or crash: compiling each by itself shows which. */
async function compileOneByOne(edit: readonly string[], sources: Omit<Sources, 'edit'>): Promise<Compiled> {
  const all: { modules: Record<string, string>; problems: Record<string, string> } = { modules: {}, problems: {} }
  for (const file of edit) {
    const reply = await compileApart({ ...sources, edit: [file] })
    if ('crash' in reply) all.problems[file] = `${file}: ${UNREASONABLE}`
    else {
      Object.assign(all.modules, reply.modules)
      Object.assign(all.problems, reply.problems)
    }
  }
  return all
}

/** Throws if the compiler doesn't work here at all; otherwise the code was to blame. */
async function checkCompiler(crash: string): Promise<void> {
  const reply = await compileApart({ files: { 'a.ts': 'export const a: number = 1' }, edit: ['a.ts'], mayImport: {} })
  if ('crash' in reply) throw new GraderFault(`the compiler does not work here: ${crash}`)
}

function compileApart(sources: Sources, scratch?: string): Promise<CompileReply> {
  const child = forkBounded(join(import.meta.dirname, 'compile-host.ts'), LIMITS, scratch)
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
      killGroup(child.pid) // esbuild, if it is still running
      resolve(reply)
    })
    child.send(sources, () => {}) // a child that died early is noticed by its exit
  })
}
