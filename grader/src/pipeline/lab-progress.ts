import { styleText } from 'node:util'
import type { Lab } from '@backprop/course'
import type { SuiteEvent, TestName } from '@backprop/test-runner'

/**
 * Shows on stderr what is being graded: a line that changes on a terminal, plain lines elsewhere.
 * The time left is extrapolated from the tests that are done and the progress that long tests report.
 */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #clock: () => number
  readonly #live: boolean
  #lab = ''
  #all = 0
  #done = 0
  #started = 0
  #current: { test: TestName; since: number; text: string; fraction: number } | null = null
  #ticker: NodeJS.Timeout | undefined

  constructor(stream: NodeJS.WriteStream, clock: () => number = () => performance.now()) {
    this.#stream = stream
    this.#clock = clock
    this.#live = stream.isTTY === true && !process.env.CI
  }

  begin({ manifest }: Lab): void {
    this.#lab = manifest.id
    this.#all = manifest.exercises.reduce((count, { tests }) => count + tests.length, 0)
    this.#restart()
    if (!this.#live) this.#stream.write(`${this.#lab}: ${this.#all} tests\n`)
    else this.#ticker = setInterval(() => this.#draw(), 200)
  }

  #restart(): void {
    this.#done = 0
    this.#started = this.#clock()
    this.#current = null
  }

  readonly onEvent = (event: SuiteEvent): void => {
    // After the device was lost, the suite starts over.
    if (event.type === 'ready') this.#restart()
    else if (event.type === 'started') this.#current = { test: event.test, since: this.#clock(), text: '', fraction: 0 }
    else if (event.type === 'finished') {
      this.#done++
      this.#current = null
    } else if (event.type === 'progress' && this.#current) {
      const { text, fractionDone } = parse(event.text)
      Object.assign(this.#current, { text, fraction: fractionDone })
      if (!this.#live) this.#stream.write(`${this.#lab}: ${event.test.exercise}: ${text}${this.#left()}\n`)
    }
    if (this.#live) this.#draw()
  }

  end(): void {
    clearInterval(this.#ticker)
    if (this.#live) this.#stream.write('\r\u001b[K')
    else this.#stream.write(`${this.#lab}: done in ${seconds(this.#clock() - this.#started)}\n`)
  }

  #draw(): void {
    const part = this.#all === 0 ? 0 : Math.min(1, (this.#done + (this.#current?.fraction ?? 0)) / this.#all)
    const bar = '█'.repeat(Math.round(part * 20)).padEnd(20, '░')
    const doing = this.#current ? `${this.#current.test.exercise} ${this.#current.text}` : 'starting'
    const line = `${this.#lab}  ${bar}  ${doing}${this.#left()}`.slice(0, (this.#stream.columns ?? 80) - 1)
    this.#stream.write(`\r\u001b[K${styleText('cyan', line, { stream: this.#stream })}`)
  }

  /** ", about 12 s left", once there is something to extrapolate from. */
  #left(): string {
    const now = this.#clock()
    const current = this.#current
    // A suite may have tests that its manifest does not count.
    const others = Math.max(0, this.#all - this.#done - (current ? 1 : 0))
    const spentOnDone = (current?.since ?? now) - this.#started
    const each = this.#done > 0 ? spentOnDone / this.#done : 0
    const inCurrent =
      current && current.fraction > 0 ? ((now - current.since) * (1 - current.fraction)) / current.fraction : each
    if (this.#done === 0 && !(current && current.fraction > 0)) return ''
    return `, about ${seconds(others * each + (current ? inCurrent : 0))} left`
  }
}

function parse(text: string): { text: string; fractionDone: number } {
  const { text: words, fractionDone } = JSON.parse(text) as { text: string; fractionDone?: number }
  return { text: words, fractionDone: Math.min(Math.max(fractionDone ?? 0, 0), 1) }
}

const seconds = (ms: number) => `${ms < 9950 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`
