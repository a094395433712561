import { extname, resolve } from 'node:path'
import { cifar10Classes, imageAt, type Pixels } from '@backprop/datasets'
import { loadCifar10, loadMnist } from '@backprop/datasets/node'
import { writeWhole } from '@backprop/files'
import { images, toTerminal } from '@backprop/plots'
import { saveSvg, terminalOptions } from '@backprop/plots/node'
import { encode } from 'fast-png'
import { command, WrongUsage } from '../command.ts'

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

export const show = command({
  name: 'show',
  summary: 'an image of a data set, such as mnist 7; --test of its test part, --out FILE as .png or .svg too',
  syntax: parser =>
    parser
      .argument('<set>', 'mnist or cifar')
      .argument('<index>', 'which image, counted from 0')
      .option('--test', 'take it from the test images')
      .option('--out <file>', 'write it to a .png or .svg file, too'),
  async run([name, index], options, { cwd, stdout, stderr }) {
    const part = options.test ? 'test' : 'train'
    const file = options.out === undefined ? null : resolve(cwd, options.out)
    if (file !== null) checkFormat(file)
    const image = await find(name, index, { part, say: text => stderr.write(`${text}\n`) })
    stdout.write(`${toTerminal(image.chart, terminalOptions(stdout))}\n`)
    if (file !== null) await write(file, image)
    return 0
  },
})

type Image = Awaited<ReturnType<typeof find>>

async function find(
  name: string,
  index: string,
  { part, say }: { part: 'train' | 'test'; say: (text: string) => void },
) {
  if (!Object.hasOwn(SETS, name))
    throw new WrongUsage(`There is no data set "${name}". There are: ${Object.keys(SETS).join(', ')}.`)
  const set = await SETS[name](part, say)
  const place = Number(index)
  if (!/^\d+$/.test(index) || place >= set.count) {
    const kind = part === 'train' ? 'training' : 'test'
    throw new WrongUsage(`There is no image "${index}": the ${kind} images of ${name} go from 0 to ${set.count - 1}.`)
  }
  const { image: data, label } = imageAt(set, place)
  const captions = [`${name} ${part} ${place}: ${set.nameOf(label)}`]
  const shape = [set.channels ?? 1, set.rows, set.cols] as const
  return { data, shape, chart: images({ data, shape: [1, ...shape], captions }) }
}

function checkFormat(file: string): void {
  if (['.png', '.svg'].includes(extname(file).toLowerCase())) return
  throw new WrongUsage(`The image can be written as .png or .svg, but "${file}" is neither.`)
}

async function write(file: string, { data, shape, chart }: Image): Promise<void> {
  try {
    if (extname(file).toLowerCase() === '.svg') await saveSvg(file, chart, { width: 320 })
    else await writeWhole(file, enlarged(data, shape))
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new WrongUsage(`The file ${file} cannot be written (${reason}); name another one.`, { cause: error })
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
