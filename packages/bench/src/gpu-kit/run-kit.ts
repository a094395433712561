import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { webgpu } from '@backprop/backend-tfjs'
import { wasm } from '@backprop/backend-wasm'
import type { Field } from '../all-contenders.ts'
import { type Case, cases, type Details } from '../cases.ts'
import { ours } from '../ours.ts'
import { table } from '../table.ts'
import { checkOps } from './check-ops.ts'
import { readSlice, shorter } from './image-slices.ts'
import { trainCifar, trainMnist } from './train.ts'

/** The program of the GPU kit: checks the ops, measures the benchmark's cases, trains twice; prints a table and writes JSON. */

const GPU_CASES = ['sgemm-256', 'sgemm-1024', 'mlp-step-32', 'mlp-step-128', 'cnn-step-64']

const HELP = `run.sh [case …] [--quick] [--allow-software] [--json FILE]

Checks and measures the GPU of this machine: every op and its gradient against float64, matrix products and training steps
compared with WebAssembly on the processor, and training on MNIST and CIFAR-10. It needs no network.

  case               ${GPU_CASES.join(', ')}; all by default
  --quick            a first impression, nothing to quote
  --allow-software   accept a Vulkan that computes on the processor, to try the kit itself
  --json FILE        where to write the numbers; gpu-report.json by default`

const flag = { type: 'boolean', default: false } as const
const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { quick: flag, 'allow-software': flag, help: flag, json: { type: 'string', default: 'gpu-report.json' } },
})

async function main(): Promise<number> {
  const unknown = wanted.find(id => !GPU_CASES.includes(id))
  if (unknown !== undefined) throw new Error(`There is no case "${unknown}"; the cases are ${GPU_CASES.join(', ')}.`)
  const { quick, json } = options
  const say = (line: string) => console.log(line)
  const on = await webgpu({ allowSoftware: options['allow-software'] })
  const where = { device: on.device, driver: on.driver, isSoftware: on.isSoftware, node: process.version }
  say(`${on.description}; Node ${process.version}`)

  const ops = await checkOps(on)
  say(`\nops and their gradients: ${ops.passed} right, ${ops.failed.length} wrong`)
  for (const line of ops.failed) say(`  ✗ ${line}`)

  const contenders = [ours('wasm', await wasm()), ours('webgpu', on)]
  const field: Field = { contenders, absent: new Map(), close: () => {} }
  const measured: Record<string, unknown> = {}
  const progress = (line: string) => void process.stderr.write(`${line}\n`)
  const rows = [['case', 'wasm', 'webgpu', 'unit']]
  for (const one of cases.filter(isWanted)) {
    progress(`${one.id} …`)
    const noDigits = () => Promise.reject(new Error('The kit has no case that needs MNIST.'))
    const details = await one.measure({ field, quick, clock: 'elapsed', digits: noDigits, progress })
    measured[one.id] = { unit: one.unit, ...Object.fromEntries(details) }
    rows.push([one.id, medianOf(details, 'wasm'), medianOf(details, 'webgpu'), one.unit])
  }
  say(`\n${table(rows)}`)

  const [, gpu] = contenders
  const data = join(import.meta.dirname, 'data')
  const [digits, colours] = [await readSlice(data, 'mnist', 784), await readSlice(data, 'cifar-10', 3072)]
  const mnist = await trainMnist(gpu, quick ? shorter(digits, 640) : digits, quick ? 1 : 5)
  say(
    `\nMNIST: ${mnist.epochs} × ${mnist.images} images in ${mnist.seconds.toFixed(1)} s, test accuracy ${mnist.accuracy.toFixed(4)}`,
  )
  const cifar = await trainCifar(gpu, quick ? shorter(colours, 64) : colours, quick ? 1 : 10)
  say(
    `CIFAR-10: ${cifar.steps} steps in ${cifar.seconds.toFixed(1)} s, ` +
      `loss from ${cifar.firstLoss.toFixed(3)} to ${cifar.lastLoss.toFixed(3)}`,
  )
  await writeFile(
    json,
    `${JSON.stringify({ schema: 'backprop/gpu/v1', ...where, quick, ops, cases: measured, mnist, cifar }, null, 2)}\n`,
  )
  say(`\nNumbers: ${json}`)
  on.close()
  return ops.failed.length === 0 ? 0 : 1
}

const isWanted = ({ id }: Case) => GPU_CASES.includes(id) && (wanted.length === 0 || wanted.includes(id))

function medianOf(details: Details, name: string): string {
  const detail = details.get(name)
  return detail?.median?.toPrecision(3) ?? detail?.reason ?? '–'
}

if (options.help) console.log(HELP)
else
  process.exitCode = await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    return 2
  })
