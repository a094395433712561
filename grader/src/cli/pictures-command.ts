import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { proveWritable } from '@backprop/files'
import { drawPictures, picturesIn } from '../authoring/pictures.ts'
import { findLabs } from '../course.ts'
import { command, EXIT } from './command.ts'

/** The size limit: GitHub shows pictures in a README, and everyone downloads them. */
const LARGEST = 60_000

export const pictures = command({
  name: 'pictures',
  summary: "Draw the pictures of the labs' READMEs again: what main.ts makes with the reference solutions",
  syntax: parser =>
    parser
      .argument('[lab]', 'an id, a number or "all"', 'all')
      .option('--write', 'replace the pictures; without it, exit code 1 says that a picture is out of date'),
  async run([name], { write }, { course, stdout, stderr, signal }) {
    let complaints = 0
    for (const lab of await findLabs(name, course)) {
      const { id } = lab.manifest
      const complain = (text: string) => {
        stdout.write(`✗ ${id}: ${text}\n`)
        complaints++
      }
      const folder = join(lab.dir, 'pictures')
      const before = await picturesIn(folder)
      if (before.size === 0 && !write) continue
      if (write) await proveWritable(lab.dir)
      stderr.write(`${id}: drawing\n`)
      const now = await drawPictures(lab, signal)
      for (const [name, svg] of now) if (svg.length > LARGEST) complain(`${name} has ${svg.length} bytes`)
      const names = [...new Set([...before.keys(), ...now.keys()])]
      const stale = names.filter(name => before.get(name) !== now.get(name))
      if (!write) for (const name of stale) complain(`pictures/${name} is not what main.ts draws`)
      if (!write || stale.length === 0) continue
      await rm(folder, { recursive: true, force: true })
      if (now.size > 0) await mkdir(folder)
      for (const [name, svg] of now) await writeFile(join(folder, name), svg)
      stdout.write(`✓ ${id}: ${stale.join(', ')} redrawn\n`)
    }
    if (complaints > 0) stdout.write('"pnpm grade pictures --write" redraws them.\n')
    return complaints === 0 ? EXIT.fullMarks : EXIT.pointsLost
  },
})
