import { mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import open from 'open'
import { command, findExercise } from '../command.ts'
import { runScript } from '../run-script.ts'

export const play = command({
  name: 'play',
  summary: 'run the lab’s main.ts with your functions; --open shows its pictures in the browser',
  syntax: parser =>
    parser
      .argument('[lab]', 'a number (5) or an id (05-mnist-mlp)')
      .option('--open', 'show its pictures in the browser'),
  async run(words, options, { root, cwd, stdout, signal }) {
    const { lab } = await findExercise({ root, cwd }, words)
    if (!options.open) return runScript(lab, { signal }).code
    const folder = join(lab.dir, '.cache', 'pictures')
    await mkdir(folder, { recursive: true })
    const code = await runScript(lab, { signal, env: { BACKPROP_PICTURES: folder } }).code
    const names = (await readdir(folder)).filter(name => /\.(svg|html)$/.test(name)).sort()
    for (const name of names) {
      const file = join(folder, name)
      stdout.write(`${relative(cwd, file)}\n`)
      // Without a browser, the path above has to suffice.
      await open(file).catch(() => {})
    }
    if (names.length === 0) stdout.write('This lab draws in the terminal only.\n')
    return code
  },
})
