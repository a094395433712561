import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { writeWhole } from '@backprop/files'
import { watchSaves } from '@backprop/files/watch'
import { command, type Context, findExercise } from '../command.ts'
import { declarations } from '../lab/declarations.ts'
import { taskOf } from '../lab/exercise-texts.ts'
import { shownPath } from '../render/finding-lines.ts'
import { styleFor } from '../render/terminal-text.ts'
import { type RunningScript, runScript } from '../run-script.ts'

/** A file of a lab for the student's own calls: no test knows it, and it is not handed in. */
const FILE = 'try.ts'

export const tryOut = command({
  name: 'try',
  summary: 'your own calls: runs the lab’s try.ts whenever you save it or your functions',
  syntax: parser => parser.argument('[lab]', 'a number (5) or an id (05-mnist-mlp)'),
  async run(words, _options, context) {
    const { stdin, stdout, cwd, env, signal } = context
    const { lab, exercise } = await findExercise(context, words)
    await makeFile(lab, exercise)
    if (!stdin.isTTY || !stdout.isTTY || env.CI) return runScript(lab, { script: FILE, signal }).code
    return new Trial(lab, context, shownPath(cwd, lab.dir, FILE)).run()
  },
})

/** Starts with imports of all functions of the lab, and the example of one exercise. */
async function makeFile(lab: Lab, exercise: string): Promise<void> {
  const path = join(lab.dir, FILE)
  // An existing file is the student's.
  if (existsSync(path)) return
  const imports = await importsOf(lab)
  const { example = '' } = await taskOf(lab, exercise)
  const call = /^(.*?)\s*(?:\/\/.*)?$/.exec(example.split('\n')[0])?.[1] ?? ''
  const text = [
    '// Your own calls: "pnpm lab try" runs this file whenever you save it or a file in src/. It is not handed in.',
    ...imports,
    '',
    call && isWhole(call) ? `console.log(${call})` : `console.log('Your calls go here.')`,
    '',
  ].join('\n')
  await writeWhole(path, text)
}

/** All functions of the lab, by file; only the first of two with the same name. */
async function importsOf({ dir, manifest }: Lab): Promise<string[]> {
  const taken = new Set(['quiz'])
  const lines: string[] = []
  for (const file of manifest.edit) {
    const names = exportsIn(await readFile(join(dir, file), 'utf8').catch(() => '')).filter(name => !taken.has(name))
    for (const name of names) taken.add(name)
    if (names.length > 0) lines.push(`import { ${names.join(', ')} } from './${file}'`)
  }
  return lines
}

function exportsIn(source: string): string[] {
  const lines = source.split(/\r?\n/)
  const isExported = (line: string) => /^export (?:async )?(?:function|class|const)/.test(line)
  return declarations(source).flatMap(({ from, name }) => (isExported(lines[from - 1]) ? [name] : []))
}

/** An example that needs only the function: others mention a network or data that don't exist here. */
const isWhole = (call: string): boolean =>
  /^\w+\([^]*\)$/.test(call) && (call.match(/[A-Za-z_$][\w$]*(?!\s*:)\b/g) ?? []).slice(1).every(word => /^(Math|log|sqrt|PI|true|false|Infinity|NaN|e\d*)$/.test(word)) // prettier-ignore

/** The script, run again after each save until control-C. */
class Trial {
  readonly #lab: Lab
  readonly #context: Context
  readonly #path: string
  #running: RunningScript | undefined
  #isStale = false

  constructor(lab: Lab, context: Context, path: string) {
    this.#lab = lab
    this.#context = context
    this.#path = path
  }

  async run(): Promise<number> {
    const { root, signal, stderr } = this.#context
    const places = ['src', FILE].map(name => join(this.#lab.dir, name))
    const watcher = watchSaves(root, places, {
      onSave: () => this.#begin(),
      onError: why => stderr.write(`Files cannot be watched here (${why}). Run the command again after each change.\n`),
    })
    this.#begin()
    await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await watcher.close()
    return 0
  }

  /** Ends a previous run first: only one at a time has the screen. */
  #begin(): void {
    if (this.#running) {
      this.#isStale = true
      return this.#running.interrupt()
    }
    const { stdout, signal } = this.#context
    const style = styleFor(stdout)
    stdout.write(
      `\u001b[2J\u001b[3J\u001b[H${style.paint('dim', `${this.#path}  (runs when you save; Ctrl-C ends)`)}\n\n`,
    )
    const playing = runScript(this.#lab, { script: FILE, signal, keepsKeys: true })
    this.#running = playing
    playing.code
      .catch(() => 1) // control-C ends it, too
      .then(code => {
        this.#running = undefined
        if (!this.#isStale)
          stdout.write(style.paint('dim', `\n${code === 0 ? 'It ended.' : 'It ended with an error.'}\n`))
        else if (!signal.aborted) this.#again()
      })
      .catch(() => {}) // a terminal that is gone
  }

  #again(): void {
    this.#isStale = false
    this.#begin()
  }
}
