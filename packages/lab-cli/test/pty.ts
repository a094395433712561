import { resolve } from 'node:path'
import type { IPty } from '@lydell/node-pty'
import xterm from '@xterm/headless'

/** Why no pseudo-terminal can be had here; nothing where it can. */
export const noPty: string | undefined = await import('@lydell/node-pty').then(
  () => undefined,
  (error: unknown) => `no pseudo-terminal on ${process.platform} ${process.arch}: ${String(error)}`,
)

export interface ScreenOptions {
  readonly cwd: string
  readonly columns?: number
  readonly rows?: number
  readonly env?: Readonly<Record<string, string>>
}

/** How long a busy machine may take to show something that takes seconds on an idle one. */
const LONGEST_WAIT_SECONDS = 120

// What `ScreenTerminal` writes: a frame goes from the first to the second, and a cleared screen has no end.
const HOME = '\u001b[H'
const TO_END_OF_SCREEN = '\u001b[J'
const CLEARED = '\u001b[3J'

/** A program in a real pseudo-terminal, and the screen that a person would see. */
export class Screen {
  readonly #pty: IPty
  readonly #terminal: InstanceType<typeof xterm.Terminal>
  readonly exit: Promise<number>
  /** Everything that was written, escapes and all. */
  raw = ''
  /** Pieces that the terminal has still to read. */
  #unread = 0

  private constructor(pty: IPty, { columns, rows }: { columns: number; rows: number }) {
    this.#pty = pty
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
    pty.onData(data => {
      this.raw += data
      this.#unread += 1
      this.#terminal.write(data, () => (this.#unread -= 1))
    })
    this.exit = new Promise(done => pty.onExit(({ exitCode }) => done(exitCode)))
  }

  /** Starts a program. */
  static async open(program: string, args: readonly string[], options: ScreenOptions): Promise<Screen> {
    const { cwd, columns = 80, rows = 24, env = {} } = options
    const { spawn } = await import('@lydell/node-pty')
    const ours = /^(CI|NO_COLOR|FORCE_COLOR|VITEST.*|INIT_CWD|p?npm_.*)$/i
    const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name))
    const pty = spawn(program, [...args], {
      cols: columns,
      rows,
      cwd,
      name: 'xterm-256color',
      env: { ...Object.fromEntries(inherited), TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    })
    return new Screen(pty, { columns, rows })
  }

  /** Starts `pnpm lab` with these words in a course at `root`. */
  static lab(root: string, args: readonly string[], options: Omit<ScreenOptions, 'cwd'> = {}): Promise<Screen> {
    const program = resolve(import.meta.dirname, '../../launch/launch.mjs')
    const words = [program, resolve(import.meta.dirname, 'lab-at.ts'), root, ...args]
    return Screen.open(process.execPath, words, { ...options, cwd: root })
  }

  /** The screen as text, without blank lines at its end. */
  get text(): string {
    const { active } = this.#terminal.buffer
    const lines = Array.from({ length: this.#terminal.rows }, (_, i) =>
      active.getLine(active.viewportY + i)?.translateToString(true),
    )
    return lines.join('\n').trimEnd()
  }

  /** Whether no frame is half drawn: one that comes in pieces would show some lines of the screen before. */
  get #isWhole(): boolean {
    const start = this.raw.lastIndexOf(HOME)
    const isFrame = start >= 0 && !this.raw.slice(0, start).endsWith(CLEARED)
    return this.#unread === 0 && (!isFrame || this.raw.includes(TO_END_OF_SCREEN, start))
  }

  press(keys: string): void {
    this.#pty.write(keys)
  }

  /** Waits until the screen shows this. */
  async shows(what: string | RegExp, seconds = LONGEST_WAIT_SECONDS): Promise<string> {
    const end = performance.now() + 1000 * seconds
    const isThere = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text))
    while (!(this.#isWhole && isThere())) {
      if (performance.now() > end) throw new Error(`The screen does not show ${String(what)} but:\n${this.text}`)
      await new Promise(done => setTimeout(done, 20))
    }
    return this.text
  }

  /** Waits until nothing has been written for a while. */
  async rests(ms = 1500): Promise<void> {
    for (let before = -1; before !== this.raw.length;) {
      before = this.raw.length
      await new Promise(done => setTimeout(done, ms))
    }
  }

  kill(): void {
    try {
      this.#pty.kill()
    } catch {
      // it has ended
    }
  }
}
