import fc from 'fast-check'
import type { Chart } from '../src/index.ts'
import * as plots from '../src/index.ts'

/** Any charts of any finite numbers and any texts. */

const LIMITS = [0, -0, 1, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1e7, 1e-7, 0.1 + 0.2]
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(...LIMITS),
)
const positive = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 5e-324 }),
  fc.constantFrom(...LIMITS.filter(limit => limit > 0)),
)
/** With markup, controls, half surrogates, wide and combining characters. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '<b>&"\'', '\ud800', ']]>', '\u0000\u001b[31m', '数字', '👩‍🔬', 'η̂ = 10⁻³', 'a'.repeat(200)),
)
const scale = fc.constantFrom('linear' as const, 'log' as const)
const list = (numbers: fc.Arbitrary<number>, size = 30) => fc.array(numbers, { minLength: 1, maxLength: size })
const point = fc.tuple(value, value)
const some = <T>(one: fc.Arbitrary<T>, most: number) => fc.array(one, { minLength: 1, maxLength: most })

const lines = fc.record({ title: text, x: text, label: text, scale, names: some(text, 6) }).chain(({ names, ...rest }) =>
  fc.tuple(...names.map(() => list(rest.scale === 'log' ? positive : value))).map(values =>
    plots.lineChart({
      title: rest.title,
      series: Object.fromEntries(names.map((name, i) => [name, { y: values[i], band: { low: values[i], high: values[i] } }])),
      x: rest.x,
      y: { label: rest.label, scale: rest.scale },
      notes: [{ x: 1, text: rest.x }, { y: values[0][0], text: rest.label }],
    }),
  ),
) // prettier-ignore

const scatters = fc
  .record({ title: text, points: some(point, 40), name: text, classes: fc.integer({ min: 1, max: 6 }) })
  .map(({ points, classes, name, title }) =>
    plots.scatter({ title, points, labels: points.map((_, i) => i % classes), names: { 0: name }, x: title, y: name }),
  )

const boundaries = fc
  .record({
    points: some(point, 20),
    values: fc.array(value, { minLength: 20, maxLength: 20 }),
    level: value,
    name: text,
  })
  .map(({ points, values, level, name }) =>
    plots.decisionBoundary({
      title: name,
      points: [...points, ...points],
      labels: [...points.map(() => -1), ...points.map(() => 1)],
      names: { 1: name },
      score: { grid: plots.grid({ x: [-4, 4], y: [-3, 5], columns: 5, rows: 4 }), values },
      level,
      levels: [level / 2],
    }),
  )

const landscapes = fc
  .record({ paths: some(some(point, 20), 3), values: fc.array(value, { minLength: 20, maxLength: 20 }), name: text })
  .map(({ paths, values, name }) =>
    plots.landscape({
      title: name,
      loss: { grid: plots.grid({ x: [0, 1000], y: [-1, 1], columns: 5, rows: 4 }), values },
      paths: Object.fromEntries(paths.map((path, i) => [`${name}${i}`, path])),
      x: name,
    }),
  )

const graphs = fc
  .record({ title: text, texts: some(some(text, 3), 12), ends: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 20 }) })
  .map(({ title, texts, ends }) => {
    const below = ends.filter(([a, b]) => a !== b && Math.max(a, b) < texts.length)
    return plots.graph({
      title,
      nodes: texts.map(lines => ({ lines })),
      edges: below.map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b), text: title })),
    })
  }) // prettier-ignore

const histograms = fc
  .record({ scale, title: text, bins: fc.integer({ min: 1, max: 60 }) })
  .chain(({ scale, title, bins }) =>
    list(scale === 'log' ? positive : value, 60).map(values =>
      plots.histogram({ title, values, bins, x: { label: title, scale } }),
    ),
  )

const barCharts = fc.record({ scale, title: text, names: some(text, 12), count: fc.integer({ min: 1, max: 4 }) }).chain(({ scale, title, names, count }) =>
  fc.array(fc.array(scale === 'log' ? positive : value, { minLength: names.length, maxLength: names.length }), { minLength: count, maxLength: count }).map(values =>
    plots.bars({ title, names, series: Object.fromEntries(values.map((each, i) => [`${title}${i}`, each])), x: { label: title, scale } }),
  ),
) // prettier-ignore

const pictures = fc
  .record({
    title: text,
    caption: text,
    count: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    perRow: fc.integer({ min: 1, max: 20 }),
    range: fc.constantFrom('all' as const, 'each' as const, 'symmetric' as const),
    seed: value,
  })
  .map(({ title, caption, count, channels, height, width, perRow, range, seed }) =>
    plots.images({
      title,
      data: Float64Array.from({ length: count * channels * height * width }, (_, i) => (i % 7) * (seed / 7)),
      shape: [count, channels, height, width],
      captions: Array.from({ length: count }, () => caption),
      perRow,
      range,
    }),
  )

const matrices = fc
  .record({ title: text, names: some(text, 30), seed: fc.integer({ min: 0, max: 1e9 }) })
  .map(({ title, names, seed }) =>
    plots.confusionMatrix({
      title,
      names,
      counts: names.map((_, i) => names.map((_, j) => (i * 31 + j * 17 + seed) % (seed + 1))),
    }),
  )

const attentions = fc
  .record({ title: text, names: some(text, 13), seed: fc.integer({ min: 0, max: 1e9 }) })
  .map(({ title, names, seed }) =>
    plots.connections({
      title,
      names,
      from: seed % names.length,
      weights: names.map((_, i) => ((seed + i * 37) % 101) / 100),
    }),
  )

/** The same with any texts at the ends of ribbons, where `connections` writes numbers. */
const annotated = fc.tuple(attentions, some(text, 13)).map(([chart, words]): Chart => {
  if (chart.kind !== 'xy') return chart
  const marks = chart.marks.map(mark =>
    mark.kind === 'texts'
      ? { ...mark, texts: mark.texts.map((each, i) => ({ ...each, text: words[i % words.length] })) }
      : mark,
  )
  return { ...chart, marks }
})

const single: fc.Arbitrary<Chart> = fc.oneof(
  lines,
  scatters,
  boundaries,
  graphs,
  landscapes,
  histograms,
  barCharts,
  pictures,
  matrices,
  attentions,
  annotated,
)

export const anyChart: fc.Arbitrary<Chart> = fc.oneof(
  { weight: 5, arbitrary: single },
  {
    weight: 1,
    arbitrary: fc.tuple(some(single, 4), text).map(([charts, title]) => plots.sideBySide(charts, { title })),
  },
)
