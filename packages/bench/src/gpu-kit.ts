import { parseArgs } from 'node:util'
import { buildKit } from './gpu-kit/build-kit.ts'

const HELP = `pnpm gpu:kit --out DIR

Makes a folder that measures a GPU on a machine without a network. Both machines run 64-bit x86 Linux; the one with the
GPU needs its driver. Copy the folder there and start run.sh in it.`

const { values } = parseArgs({ options: { out: { type: 'string' }, help: { type: 'boolean', default: false } } })
if (values.help || values.out === undefined) {
  console.log(HELP)
  process.exitCode = values.help ? 0 : 2
} else {
  try {
    const { files, megabytes } = await buildKit(values.out)
    for (const { name, bytes } of files) console.log(`${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${name}`)
    console.log(`${megabytes.toFixed(1).padStart(6)} MB in ${values.out}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
  }
}
