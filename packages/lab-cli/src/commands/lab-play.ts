import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import open from 'open'
import { findExercise, type Command } from '../command.ts'
import { runScript } from '../run-script.ts'

export const play: Command = {
  usage: 'play [lab] [--open]',
  summary: 'run the lab’s main.ts with your functions; --open shows its pictures in the browser',
  options: { open: { type: 'boolean' } },
  positionals: { min: 0, max: 1 },
  async run({ root, cwd, positionals, values, stdout, signal }) {
    const { lab } = await findExercise({ root, cwd }, positionals)
    if (!values.open) return runScript(lab, { signal }).code
    const folder = join(lab.dir, '.cache', 'pictures')
    await mkdir(folder, { recursive: true })
    const code = await runScript(lab, { signal, env: { BACKPROP_PICTURES: folder } }).code
    const names = (await readdir(folder)).filter(name => /\.(svg|html)$/.test(name)).sort()
    for (const name of names) {
      const file = join(folder, name)
      stdout.write(`${relative(cwd, file)}\n`)
      // Without a browser, the path above has to do.
      await open(file).catch(() => {})
    }
    if (names.length === 0) stdout.write('This lab draws in the terminal only.\n')
    return code
  },
}
