import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Student } from './student.ts'

const PROGRAM = [resolve(import.meta.dirname, '../../launch/launch.mjs'), resolve(import.meta.dirname, 'lab-at.ts')]

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

/** Loaded by each process before its program: opens a debugger, says where, and waits, as that of VS Code does. */
function waiting(): string {
  const file = join(student.root, 'waiting.cjs')
  const code = `const inspector = require('node:inspector'), fs = require('node:fs'), path = require('node:path')
    if (require('node:worker_threads').isMainThread) {
      inspector.open(0, '127.0.0.1')
      const name = path.join(__dirname, String(process.pid))
      fs.writeFileSync(name, inspector.url())
      fs.renameSync(name, name + '.url')
      inspector.waitForDebugger()
    }`
  writeFileSync(file, code)
  return file
}

/** What VS Code’s debugger does with each process that it attaches to: resumes it, and waits until it stops. */
function stopIn(url: string): Promise<string> {
  const socket = new WebSocket(url)
  const scripts = new Map<string, string>()
  return new Promise(done => {
    socket.onerror = () => {} // the process has ended
    socket.onopen = () => {
      socket.send(JSON.stringify({ id: 0, method: 'NodeRuntime.notifyWhenWaitingForDisconnect', params: { enabled: true } })) // prettier-ignore
      for (const [i, method] of ['Debugger.enable', 'Runtime.runIfWaitingForDebugger'].entries())
        socket.send(JSON.stringify({ id: i + 1, method }))
    }
    socket.onmessage = ({ data }) => {
      const { method, params } = JSON.parse(String(data)) as Message
      if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, params.url)
      // A process does not end before its debugger has gone.
      if (method === 'NodeRuntime.waitingForDisconnect') socket.close()
      if (method !== 'Debugger.paused') return
      const [{ functionName, location }] = params.callFrames
      done(`${functionName} in ${scripts.get(location.scriptId)}`)
      socket.send(JSON.stringify({ id: 9, method: 'Debugger.resume' }))
    }
  })
}

interface Message {
  readonly method?: string
  readonly params: {
    readonly scriptId: string
    readonly url: string
    readonly callFrames: readonly { readonly functionName: string; readonly location: { readonly scriptId: string } }[]
  }
}

test('pnpm lab debug FILE stops at a line of the student’s, and no clock ends it', async () => {
  student.answer('score', 'debugger\n  return X.map(x => dot(x, w) + b)')
  const env = { ...process.env, VITEST: undefined, NODE_PATH: undefined, NODE_OPTIONS: `--require "${waiting()}"` }
  const file = join(student.folder, 'test/score.test.ts')
  const child = spawn(process.execPath, [...PROGRAM, student.root, 'debug', file], { cwd: student.root, env })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const seen = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const stopped = new Promise<string>(done => {
    timer = setInterval(() => {
      for (const name of readdirSync(student.root).filter(each => each.endsWith('.url') && !seen.has(each))) {
        seen.add(name)
        void stopIn(readFileSync(join(student.root, name), 'utf8')).then(done)
      }
    }, 50)
  })
  const ended = new Promise<number | null>(done => child.on('exit', done))
  expect(await stopped).toMatch(/^score in .*\/src\/neuron\.ts$/)
  expect(await ended).toBe(0)
  clearInterval(timer)
  expect(output).toContain('ok    score: gives the three scores of the README\n')
  expect(output.match(/^ok/gm)).toHaveLength(4)
})
