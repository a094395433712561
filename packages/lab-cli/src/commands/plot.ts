import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import open from 'open'
import { spotOf, type Command } from '../command.ts'
import { play } from '../play.ts'

export const plot: Command = {
  usage: 'plot [lab] [--open]',
  summary: 'run the lab’s main.ts with your functions; --open shows its pictures in the browser',
  options: { open: { type: 'boolean' } },
  positionals: { min: 0, max: 1 },
  async run({ root, cwd, positionals, values, stdout, signal }) {
    const { lab } = await spotOf({ root, cwd }, positionals)
    if (!values.open) return play(lab, { signal }).code
    const folder = join(lab.dir, '.cache', 'pictures')
    await mkdir(folder, { recursive: true })
    const code = await play(lab, { signal, env: { BACKPROP_PICTURES: folder } }).code
    const names = (await readdir(folder)).filter(name => /\.(svg|html)$/.test(name)).sort()
    for (const name of names) {
      const file = join(folder, name)
      stdout.write(`${relative(cwd, file)}\n`)
      // Where there is no browser, the path above is what one needs.
      await open(file).catch(() => {})
    }
    if (names.length === 0) stdout.write('This lab draws in the terminal only.\n')
    return code
  },
}
