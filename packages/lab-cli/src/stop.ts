/** How a program is ended from outside: by SIGTERM, and by SIGINT unless that is meant for somebody else. */
export class Stop {
  readonly #controller = new AbortController()
  #isSparing = false

  /** Listens to the signals of a process. */
  static of(program: NodeJS.Process): Stop {
    const stop = new Stop()
    program.on('SIGTERM', () => stop.#controller.abort())
    program.on('SIGINT', () => stop.#isSparing || stop.#controller.abort())
    return stop
  }

  /** Aborted when the program is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /**
   * While the work goes on, SIGINT does not end the program. It is for work that has the terminal to itself, where
   * control-C is a key like others; as a signal it comes only when a child has the terminal, and then it is for the child,
   * though all processes of the terminal get it, and pnpm may pass it on once more.
   */
  async sparing<T>(work: () => Promise<T>): Promise<T> {
    this.#isSparing = true
    try {
      return await work()
    } finally {
      this.#isSparing = false
    }
  }
}
