import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { COURSE_ROOT } from '../../src/course.ts'

/** What an attack did outside its process. */
export type Effect = 'secret' | 'file' | 'connection' | 'process' | 'report'

const REPORT = '{"points":0}\n'

/**
 * A throw-away place for one attack, in which everything that it must not reach lies within its reach: copies of the
 * secrets that anybody may read, a folder and a report that anybody may write, sockets that take every connection.
 */
export class Arena implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'backprop-attack-'))
  readonly marks = join(this.folder, 'marks')
  readonly #hidden = join(this.folder, 'course/hidden')
  readonly #solution = join(this.folder, 'course/solution')
  readonly #class = join(this.folder, 'class')
  readonly #report = join(this.folder, 'report/report.json')
  readonly #sockets: { close(done: () => void): unknown }[] = []
  readonly #connections: string[] = []
  #port = 0
  #udp = 0

  static async open(): Promise<Arena> {
    const arena = new Arena()
    chmodSync(arena.folder, 0o755)
    for (const name of ['marks', 'report']) {
      mkdirSync(join(arena.folder, name))
      chmodSync(join(arena.folder, name), 0o777)
    }
    cpSync(join(COURSE_ROOT, 'test/course/labs/01-neuron/hidden'), arena.#hidden, { recursive: true })
    cpSync(join(COURSE_ROOT, 'test/course/solutions/01-neuron/src'), join(arena.#solution, 'src'), { recursive: true })
    cpSync(join(arena.#solution, 'src'), join(arena.#class, 'other/src'), { recursive: true })
    writeFileSync(arena.#report, REPORT)
    chmodSync(arena.#report, 0o666)
    await arena.#listen()
    return arena
  }

  async #listen(): Promise<void> {
    const abstract = process.platform === 'linux' ? [`\0${basename(this.folder)}`] : []
    const unix = process.platform === 'win32' ? [] : [join(this.marks, 'socket')]
    for (const where of [0, ...unix, ...abstract]) {
      const server = createServer(socket => {
        this.#connections.push(String(where))
        socket.on('error', () => {}).destroy()
      })
      this.#sockets.push(server)
      server.listen(typeof where === 'number' ? { port: where, host: '127.0.0.1' } : where)
      await once(server, 'listening')
      if (where === 0) this.#port = (server.address() as AddressInfo).port
    }
    if (unix.length > 0) chmodSync(unix[0], 0o777)
    const udp = createSocket('udp4').on('message', () => this.#connections.push('udp'))
    this.#sockets.push(udp)
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    this.#udp = udp.address().port
  }

  /** Tells an attack where things are. */
  arm(code: string): string {
    return code
      .replaceAll('@@MARKS@@', this.marks)
      .replaceAll('@@HIDDEN@@', this.#hidden)
      .replaceAll('@@SOLUTION@@', this.#solution)
      .replaceAll('@@CLASS@@', this.#class)
      .replaceAll('@@REPORT@@', this.#report)
      .replaceAll('@@NAME@@', basename(this.folder))
      .replaceAll('@@PORT@@', String(this.#port))
      .replaceAll('@@UDP@@', String(this.#udp))
  }

  /** What was done here, and what `output`, all that the attack has said, gives away. */
  effects(output: string): Effect[] {
    const seen: Record<Effect, boolean> = {
      secret: output.includes('PWNED'),
      file: readdirSync(this.marks).some(name => name !== 'socket'),
      connection: this.#connections.length > 0,
      process: this.#left().length > 0,
      report: !this.#reportIsIntact(),
    }
    return (Object.keys(seen) as Effect[]).filter(effect => seen[effect])
  }

  #reportIsIntact(): boolean {
    const entry = lstatSync(this.#report, { throwIfNoEntry: false })
    if (!entry?.isFile() || readdirSync(join(this.folder, 'report')).length !== 1) return false
    const mode = process.platform === 'win32' || (entry.mode & 0o777) === 0o666
    return mode && readFileSync(this.#report, 'utf8') === REPORT
  }

  /** Processes that name this place on their command line: only what an attack started does. */
  #left(): number[] {
    if (process.platform !== 'linux') return []
    const ids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
    return ids.filter(id => commandLine(id).includes(this.folder)).map(Number)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#left()) process.kill(id, 'SIGKILL')
    await Promise.all(this.#sockets.map(socket => new Promise<void>(done => socket.close(done))))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
