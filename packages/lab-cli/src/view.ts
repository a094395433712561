import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { parseArgs } from 'node:util'
import { cifar10Classes, imageAt, type Pixels } from '@backprop/datasets'
import { loadCifar10, loadMnist } from '@backprop/datasets/node'
import { images, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { encode } from 'fast-png'

/** `pnpm lab show …`: one image of a data set, to look at. */

const HELP = `pnpm lab show <set> <index>        draw an image of a data set, mnist or cifar, in the terminal
  --test           one of the test images; else one of the training images
  --out FILE       write it to a .png or .svg file as well

pnpm lab show mnist 7
pnpm lab show cifar 12 --out ship.png`

const OPTIONS = {
  test: { type: 'boolean' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** Images that can be shown, and what their labels mean. */
interface Shown extends Pixels {
  readonly nameOf: (label: number) => string
}

type Load = (part: 'train' | 'test', say: (text: string) => void) => Promise<Shown>

const SETS: Readonly<Record<string, Load>> = {
  async mnist(part) {
    return { ...(await loadMnist())[part], nameOf: label => `the digit ${label}` }
  },
  async cifar(part, say) {
    const { [part]: set } = await loadCifar10({ onProgress: say })
    return { ...set, nameOf: label => cifar10Classes[label] }
  },
}

/** Why an image is not shown, in a sentence for whoever asked. */
class CannotShow extends Error {}

/** Where text goes. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WritableStream
}

/** Shows the image that the words after `pnpm lab show` ask for. Resolves to the exit code. */
export async function view(args: readonly string[], { stdout, stderr }: Streams): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
    if (values.help || positionals.length === 0) {
      stdout.write(`${HELP}\n`)
      return values.help ? 0 : 2
    }
    if (positionals.length !== 2) throw new CannotShow(HELP)
    const [name, index] = positionals
    const part = values.test ? 'test' : 'train'
    if (values.out !== undefined) checkFormat(values.out)
    const image = await find(name, index, { part, say: text => stderr.write(`${text}\n`) })
    stdout.write(`${toTerminal(image.chart, terminalOptions(stdout))}\n`)
    if (values.out !== undefined) await write(values.out, image)
    return 0
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 2
  }
}

type Image = Awaited<ReturnType<typeof find>>

async function find(
  name: string,
  index: string,
  { part, say }: { part: 'train' | 'test'; say: (text: string) => void },
) {
  if (!Object.hasOwn(SETS, name))
    throw new CannotShow(`There is no data set "${name}". There are: ${Object.keys(SETS).join(', ')}.`)
  const set = await SETS[name](part, say)
  const place = Number(index)
  if (!/^\d+$/.test(index) || place >= set.count) {
    const kind = part === 'train' ? 'training' : 'test'
    throw new CannotShow(`There is no image "${index}": the ${kind} images of ${name} go from 0 to ${set.count - 1}.`)
  }
  const { image: data, label } = imageAt(set, place)
  const captions = [`${name} ${part} ${place}: ${set.nameOf(label)}`]
  const shape = [set.channels ?? 1, set.rows, set.cols] as const
  return { data, shape, chart: images({ data, shape: [1, ...shape], captions }) }
}

function checkFormat(file: string): void {
  if (['.png', '.svg'].includes(extname(file).toLowerCase())) return
  throw new CannotShow(`The image can be written as .png or .svg, but "${file}" is neither.`)
}

async function write(file: string, { data, shape, chart }: Image): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true })
    if (extname(file).toLowerCase() === '.svg') await saveSvg(file, chart, { width: 320 })
    else await writeFile(file, enlarged(data, shape))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new CannotShow(`The file ${file} cannot be written (${reason}); name another one.`, { cause: error })
  }
}

/** Each pixel of the image is a square of so many pixels of the file. */
const ZOOM = 8

/** A PNG file; the planes of red, green and blue become pixel after pixel. */
function enlarged(data: Uint8Array, [channels, rows, cols]: Image['shape']): Uint8Array {
  const [height, width] = [rows * ZOOM, cols * ZOOM]
  const pixels = new Uint8Array(height * width * channels)
  for (let i = 0; i < pixels.length; i += 1) {
    const [y, x, channel] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels]
    pixels[i] = data[channel * rows * cols + Math.floor(y / ZOOM) * cols + Math.floor(x / ZOOM)]
  }
  return encode({ width, height, data: pixels, channels, depth: 8 })
}
