// Our library beside TensorFlow.js on the same libtensorflow: `pnpm bench libtensorflow [case …] [--quick] [--processor]`.
import { parseArgs } from 'node:util'
import { tfjsNode as backend } from '@backprop/backend-tfjs'
import { libtensorflow } from '@backprop/backend-tfjs/libtensorflow'
import { openAll } from './all-contenders.ts'
import { cases } from './cases.ts'
import { ours } from './ours.ts'
import { tfjsNode } from './peers/tfjs.ts'
import { machine } from './report.ts'
import { table } from './table.ts'

const STEPS = ['mlp-step-32', 'mlp-step-128', 'cnn-step-64']
const flag = { type: 'boolean', default: false } as const
const { values, positionals } = parseArgs({ options: { quick: flag, processor: flag }, allowPositionals: true })
const unknown = positionals.find(name => !STEPS.includes(name))
if (unknown !== undefined) {
  console.error(`There is no case "${unknown}"; the cases are ${STEPS.join(', ')}.`)
  process.exit(2)
}
const built = await libtensorflow()
if ('missing' in built) {
  console.error(`There is no libtensorflow: ${built.missing}.`)
  process.exit(2)
}

const { folder } = built
process.env.TF_CPP_MIN_LOG_LEVEL ??= '1' // only warnings
const on = await backend('tfjs-node', { from: `${folder}/` })
const field = await openAll([
  { name: 'tfjs-node', open: () => Promise.resolve(tfjsNode(folder)) },
  { name: 'ours', open: () => Promise.resolve(ours('ours', on)) },
])
const { cpu, cores, node, date } = machine()
console.log(`${cpu}, ${cores} cores, Node ${node}, ${date}; ${on.driver}\n`)
const clock = values.processor ? 'processor' : 'elapsed'
const rows: string[][] = []
for (const one of cases.filter(({ id }) => (positionals.length > 0 ? positionals : STEPS).includes(id))) {
  const context = { field, quick: values.quick, clock, progress: console.error } as const
  const measured = await one.measure({ ...context, digits: () => Promise.reject(new Error('no case here needs them')) })
  const [theirs, our] = ['tfjs-node', 'ours'].map(name => measured.get(name))
  const times = [theirs?.median, our?.median, theirs?.min, our?.min].map((time = NaN) => time)
  const ratios = [times[1] / times[0], times[3] / times[2]].map(ratio => `${ratio.toFixed(2)}×`)
  rows.push([one.id, ...times.map(time => time.toPrecision(3)), ...ratios, our?.reason ?? theirs?.reason ?? ''])
}
const header = [`${clock} ms`, 'TensorFlow.js', 'ours', 'its best', 'our best', 'ours takes', 'at best', '']
console.log(table([header, ...rows]))
