import { styleText } from 'node:util'
import { safeLine } from '@backprop/safe-text'
import type { StudentOutcome } from './grade-student.ts'
import { isGraded, totalMs } from './student-result.ts'

/** How many of the last results the time left is estimated from: enough to be steady, few enough to notice a change. */
const RECENT = 30

/**
 * Shows on stderr how far a class is: a bar on a terminal, a line per student elsewhere. The time left follows from the
 * pace of the last results, over all jobs together. With many students in progress at a time, that is the pace of labs.
 */
export class ClassProgress {
  readonly #stream: NodeJS.WriteStream
  readonly #clock: () => number
  readonly #live: boolean
  readonly #all: number
  readonly #times: number[]
  /** Labs of each student, if the pace is that of labs. */
  readonly #labs: number | null
  /** Labs, or else students, that are left. */
  #left: number
  #done: number
  #workers: number | null = null
  #last = ''
  #ticker: NodeJS.Timeout | undefined

  /** `done` of `all` were graded before a resume. */
  constructor(
    stream: NodeJS.WriteStream,
    { all, done, labs = null }: { all: number; done: number; labs?: number | null },
    clock: () => number = () => performance.now(),
  ) {
    this.#stream = stream
    this.#clock = clock
    this.#live = stream.isTTY === true && !process.env.CI
    this.#all = all
    this.#done = done
    this.#labs = labs
    this.#left = (all - done) * (labs ?? 1)
    this.#times = labs === null ? [clock()] : []
    if (this.#live) this.#ticker = setInterval(() => this.#draw(), 500)
  }

  add({ row, ran }: Pick<StudentOutcome, 'row' | 'ran'>): void {
    this.#done++
    if (this.#labs === null) this.#step(true)
    const took = ran && isGraded(row) ? ` (${(totalMs(row) / 1000).toFixed(1)} s)` : ''
    const what = isGraded(row)
      ? `${row.points} of ${row.maxPoints}${row.ungraded ? ', with a grader error' : ''}`
      : `grader error: ${row.reason}`
    this.#last = safeLine(`${row.student}: ${what}${took}`)
    if (this.#live) this.#draw()
    else this.#stream.write(`${this.#done}/${this.#all}  ${this.#last}${this.#outlook()}\n`)
  }

  /** A lab of a student is done, with or without having been graded now; for a class whose pace is that of labs. */
  addLab(wasGraded: boolean): void {
    if (this.#labs !== null) this.#step(wasGraded)
  }

  /** How many workers there are now. */
  set workers(count: number) {
    this.#workers = count
  }

  /** Shows lines that stay. */
  say(text: string): void {
    this.#stream.write(`${this.#live ? '\r\u001b[K' : ''}${text}\n`)
    if (this.#live) this.#draw()
  }

  #step(tellsPace: boolean): void {
    this.#left = Math.max(0, this.#left - 1)
    if (tellsPace) this.#times.push(this.#clock())
    if (this.#times.length > RECENT + 1) this.#times.shift()
  }

  end(): void {
    clearInterval(this.#ticker)
    if (this.#live) this.#stream.write('\r\u001b[K')
  }

  #draw(): void {
    const bar = '█'.repeat(Math.round((this.#done / this.#all) * 20)).padEnd(20, '░')
    const line = `${bar}  ${this.#done}/${this.#all}${this.#outlook()}  ${this.#last}`
    const short = clip(line, (this.#stream.columns ?? 80) - 1)
    this.#stream.write(`\r\u001b[K${styleText('cyan', short, { stream: this.#stream })}`)
  }

  /** ", about 3 min left, 2 workers": the time once there is a pace to judge by. */
  #outlook(): string {
    if (this.#done === this.#all) return ''
    const results = this.#times.length - 1
    const each = (this.#clock() - this.#times[0]) / results
    const time = results > 0 ? `, about ${duration(each * this.#left)} left` : ''
    if (this.#workers === null) return time
    return `${time}, ${this.#workers === 1 ? '1 worker' : `${this.#workers} workers`}`
  }
}

/** As much of a text as fits into so many columns; an ambiguous character counts as two. */
function clip(text: string, columns: number): string {
  let short = ''
  let width = 0
  for (const character of text) {
    const isNarrow = /[\u0000-\u10ff\u2010-\u259f]/.test(character)
    width += isNarrow ? 1 : 2
    if (width > columns) break
    short += character
  }
  return short
}

/** A duration for humans: 8 s, 4 min, 2 h 10 min. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
