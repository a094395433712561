import { findLabs } from '@backprop/course'
import { command } from '../command.ts'
import { readProgress } from '../lab/lab-progress.ts'
import { listLines } from '../render/lab-list.ts'
import { styleFor } from '../render/terminal-text.ts'

export const list = command({
  name: 'list',
  summary: 'the labs, their exercises, and what is done',
  syntax: parser => parser,
  async run(_words, _options, { root, stdout }) {
    const labs = await findLabs(root, 'all')
    const listed = await Promise.all(labs.map(async lab => ({ lab, progress: await readProgress(lab) })))
    stdout.write(`${listLines({ labs: listed }, styleFor(stdout)).join('\n')}\n`)
    return 0
  },
})
