import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Writable } from 'node:stream'
import { findLabs, type Lab } from '@backprop/course'
import type { RunContext } from '../src/run-once.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

const FIXTURE = join(ROOT, 'test/course')

/** A student's copy of a lab of the fixture course, or of a real one, to be broken in ways of beginners and of others. */
export class Student {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'student zoë ')))
  readonly folder: string
  readonly #file: string
  readonly #id: string

  constructor(id = '01-neuron', file = 'src/neuron.ts') {
    this.#id = id
    this.folder = join(this.root, 'labs', id)
    this.#file = join(this.folder, file)
    const isFixture = existsSync(join(FIXTURE, 'labs', id))
    const [from, to] = [isFixture ? FIXTURE : ROOT, this.root].map(base => join(base, 'labs', id))
    cpSync(from, to, { recursive: true, filter: path => !/node_modules|\.cache|hidden/.test(path) })
    for (const part of ['src', 'test']) cpSync(join(to, part), join(to, '.stubs', part), { recursive: true })
    cpSync(join(ROOT, 'tsconfig.base.json'), join(this.root, 'tsconfig.base.json'))
    const packages = join(isFixture ? join(ROOT, 'labs/05-mnist-mlp') : from, 'node_modules')
    symlinkSync(packages, join(to, 'node_modules'), 'junction')
  }

  /** Replaces what the stub of an exercise throws. */
  answer(exercise: string, code: string): this {
    return this.write(this.read().replace(`throw new NotImplemented('${exercise}')`, () => code))
  }

  /** Replaces words in the file. */
  replace(words: string, others: string): this {
    return this.write(this.read().replace(words, () => others))
  }

  read(): string {
    return readFileSync(this.#file, 'utf8')
  }

  /** On which line of the file these words stand first. */
  lineOf(words: string): number {
    return (
      this.read()
        .split('\n')
        .findIndex(line => line.includes(words)) + 1
    )
  }

  write(code: string | Uint8Array): this {
    writeFileSync(this.#file, code)
    return this
  }

  /** Another lab with the same exercises. */
  addLab(id: string): this {
    const folder = join(this.root, 'labs', id)
    cpSync(this.folder, folder, { recursive: true })
    const file = join(folder, 'lab.json')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(JSON.stringify(this.#id), () => JSON.stringify(id)),
    )
    return this
  }

  /** What is remembered of the lab. */
  progress(): unknown {
    return JSON.parse(readFileSync(join(this.folder, '.cache/progress.json'), 'utf8'))
  }

  async lab(limits: Partial<Lab['manifest']['limits']> = {}): Promise<Lab> {
    const [{ manifest, dir }] = await findLabs(this.root, this.#id)
    return { manifest: { ...manifest, limits: { ...manifest.limits, ...limits } }, dir }
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** Keeps what is written to it. */
export class TextStream extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

/** A `RunContext` that keeps what is written. */
export function surroundings(env: Record<string, string> = {}): RunContext & { text: () => string } {
  const stdout = new TextStream()
  const now = () => new Date('2026-11-21T12:00:00Z')
  return { stdout, env, now, cwd: process.cwd(), signal: new AbortController().signal, text: () => stdout.text }
}
