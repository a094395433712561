import { bars, type Chart, images, lineChart, sideBySide } from '../src/index.ts'

/** Made-up numbers, for what the other charts do not show: all six colours and shapes, a band, grouped bars, colour pictures. */

const NAMES = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']

const decay = (n: number, rate: number) => Array.from({ length: n }, (_, step) => Math.exp(-rate * step))

/** Plane after plane: red grows to the right, green to the bottom, blue with the number of the picture. */
const gradient = (count: number, size: number) =>
  Float32Array.from({ length: count * 3 * size * size }, (_, i) => {
    const [x, y] = [i % size, Math.floor(i / size) % size]
    const [channel, n] = [Math.floor(i / size / size) % 3, Math.floor(i / size / size / 3)]
    return [x / (size - 1), y / (size - 1), n / count][channel]
  })

export function looks(): Record<string, Chart> {
  const curves = Object.fromEntries(NAMES.map((name, n) => [name, decay(20, 0.04 * (n + 1))]))
  const many = Object.fromEntries(NAMES.map((name, n) => [name, decay(1000, 0.0008 * (n + 1))]))
  const seeds = decay(40, 0.1)
  return {
    six: sideBySide([
      lineChart({ title: 'Six curves of 20 points', series: curves, x: 'epoch', y: 'loss' }),
      lineChart({ title: 'Six curves of 1,000 points', series: many, x: 'step', y: 'loss' }),
    ]),
    band: lineChart({
      title: 'A band around a curve, and a note',
      series: { loss: { y: seeds, band: { low: seeds.map(y => 0.7 * y), high: seeds.map(y => 1.2 * y + 0.05) } } },
      x: 'epoch',
      y: 'loss',
      notes: [{ x: 25, text: 'here' }],
    }),
    grouped: bars({
      title: 'Three series in groups',
      names: ['upper', 'middle', 'the lowest'],
      series: { first: [0.71, 0.86, 0.95], second: [0.74, 0.9, 0.955], third: [0.75, 0.91, 0.96] },
      x: 'value',
    }),
    colours: images({
      title: 'Pictures in colour',
      data: gradient(4, 16),
      shape: [4, 3, 16, 16],
      captions: NAMES.slice(0, 4),
      perRow: 4,
    }),
  }
}
