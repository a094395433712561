import { type Backend, Rng } from '@backprop/core'
import { Parameter } from '@backprop/nn'
import { safeBlock } from '@backprop/safe-text'
import type { RecordedCall, TestRecord } from '@backprop/test-runner'
import { type Naming, summarize } from '@backprop/testkit'
import type { Crossing, Trace } from '../../sandbox/trace.ts'
import { SandboxDied } from '../../sandbox/wire/sandbox-errors.ts'

/** A failing test may have made thousands of calls; the first and the last ones are the most useful. */
const KEPT = { first: 10, last: 20 }

/** Keeps a printable record of what crossed the wall during one test. */
export class Recorder {
  readonly #naming: Naming
  readonly #calls: RecordedCall[] = []
  #count = 0

  /** `on` is this side's backend, which stands for the student's when passed. */
  constructor(on: Backend) {
    this.#naming = naming(on)
  }

  readonly trace: Trace = (crossing, answer) => {
    if (crossing.operation === 'drop') return
    const args = crossing.args.map(arg => this.#say(arg))
    const call: RecordedCall = { number: ++this.#count, name: nameOf(crossing), args, ended: 'not at all', value: '' }
    this.#calls.push(call)
    if (this.#calls.length > KEPT.first + KEPT.last) this.#calls.splice(KEPT.first, 1)
    answer.then(
      value => Object.assign(call, { ended: 'returned', value: this.#say(value) }),
      (error: unknown) => Object.assign(call, ending(error)),
    )
  }

  record(): TestRecord {
    return { calls: this.#calls, leftOut: this.#count - this.#calls.length }
  }

  readonly #say = (value: unknown): string => safeBlock(summarize(value, this.#naming))
}

function nameOf({ operation, holder, name }: Crossing): string {
  if (operation === 'callback') return `callback ${name}`.trimEnd()
  const owned = holder === 0 ? name : name === '' ? `function ${holder}` : `object ${holder}.${name}`
  return operation === 'new' ? `new ${owned}` : owned
}

function ending(error: unknown): Pick<RecordedCall, 'ended' | 'value'> {
  const value = error instanceof Error ? error.message : ''
  return { ended: error instanceof SandboxDied ? 'not at all' : 'threw', value }
}

/** Describes values that are more than data: our classes that travel, and objects that stay on the other side. */
const naming =
  (on: Backend): Naming =>
  x => {
    if (x === on) return 'the backend'
    if (x instanceof Rng) return `a generator in state [${x.state().join(', ')}]`
    if (x instanceof Parameter) return `parameter ${summarize(x.value)}`
    // Only a handle has no prototype.
    const isHandle = Object.getPrototypeOf(x) === null
    return isHandle ? `an instance of ${String(Reflect.get(x, '$class'))}` : undefined
  }
