import { decode } from 'fast-png'
import { describe, expect, test } from 'vitest'
import type { Chart } from '../src/index.ts'
import * as plots from '../src/index.ts'

const said = (chart: Chart) => chart.description

/** The path data of the elements of one class. */
const paths = (chart: Chart, name: string) =>
  [...plots.toSvg(chart).matchAll(/<path class="([^"]*)"[^>]* d="([^"]*)"/g)]
    .filter(([, names]) => names === name)
    .map(([, , d]) => d)

/** The points of a path of straight lines. */
const pointsOf = (d: string) =>
  d
    .split(/[ML ]/)
    .filter(Boolean)
    .flatMap((_, i, all) => (i % 2 ? [] : [[Number(all[i]), Number(all[i + 1])]]))

describe('what a chart says', () => {
  test('a curve: its way and its turning point', () => {
    const chart = (loss: number[]) => plots.lineChart({ series: { loss }, x: 'step' })
    expect(said(chart([2.3, 1, 0.114]))).toBe('loss falls from 2.3 to 0.114 (step 1 to 3).')
    expect(said(chart([2.3, 0.5, 0.7]))).toBe('loss falls from 2.3 to 0.7 (step 1 to 3); its lowest is 0.5 at step 2.')
    expect(said(chart([1, 3, 2]))).toBe('loss rises from 1 to 2 (step 1 to 3); its highest is 3 at step 2.')
    expect(said(chart([1, 3, 1]))).toBe('loss begins and ends at 1 (step 1 to 3).')
    expect(said(chart([-0.00001]))).toBe('loss is −1e-5 at step 1.')
  })

  test('1,875 steps are written so', () => {
    const loss = Array.from({ length: 1875 }, (_, i) => 1 / (i + 1))
    expect(said(plots.lineChart({ series: { loss }, x: 'step' }))).toBe(
      'loss falls from 1 to 0.000533 (step 1 to 1,875).',
    )
  })

  test('points: how many of which class; and how many lie on their side', () => {
    const points = [[-1, 0], [-2, 0], [1, 0], [-3, 0]] // prettier-ignore
    const labels = Float32Array.of(-1, -1, 1, 1)
    expect(said(plots.scatter({ points, labels }))).toBe('4 points, 2 of class −1 and 2 of class +1.')
    const chart = plots.decisionBoundary({ points, labels, names: { 1: 'cats' }, score: x => x })
    expect(said(chart)).toBe('4 points, 2 of class −1 and 2 of cats. 3 of 4 lie on the side that says their class.')
  })

  test('the side of a point is that of the level', () => {
    const points = [[0.2, 0], [0.8, 0]] // prettier-ignore
    const chart = plots.decisionBoundary({ points, labels: [0, 1], score: x => x, level: 0.5 })
    expect(said(chart)).toBe('2 points, 1 of class 0 and 1 of class 1. All lie on the side that says their class.')
  })

  test('a landscape: where it is lowest, and where the paths go', () => {
    const loss = (w: number, v: number) => w * w + v
    const range = [-2, 2] as const
    const paths = { SGD: [[1, 2], [0, 0.5]] } // prettier-ignore
    expect(said(plots.landscape({ loss, x: { range }, y: { range }, paths }))).toBe(
      'A loss over two weights; the smallest shown is −2, near (−0.0253, −2). ' +
        'In 1 step SGD goes from (1, 2) to (0, 0.5), the loss from 3 to 0.5.',
    )
  })

  test('other words, if they are given', () => {
    expect(said(plots.histogram({ values: [1], description: 'All weights are one.' }))).toBe('All weights are one.')
  })
})

describe('lineChart', () => {
  test('draws a curve where the axis says that it is', () => {
    const chart = plots.lineChart({ series: { loss: [0, 10, 5] }, y: { range: [0, 10] } })
    const [[left, low], [middle, high], [right, half]] = pointsOf(paths(chart, 'bp-s0')[0])
    expect(high).toBeLessThan(low)
    expect(half).toBeCloseTo((high + low) / 2, 0)
    expect(middle).toBeCloseTo((left + right) / 2, 0)
  })

  test('on a log axis equal factors are equal distances', () => {
    const chart = plots.lineChart({ series: { loss: [100, 10, 1] }, y: { scale: 'log' } })
    // The three points lie on one straight line, so the one between is left out.
    expect(pointsOf(paths(chart, 'bp-s0')[0])).toHaveLength(2)
  })

  test('cuts a curve off where it leaves the range', () => {
    const chart = plots.lineChart({ series: { loss: [0, 1e30, 0] }, y: { range: [0, 1] } })
    const [d] = paths(chart, 'bp-s0')
    expect(d.match(/M/g)).toHaveLength(2)
  })

  test('smooths with neighbours on both sides, fewer at the ends, with the values themselves behind', () => {
    const chart = plots.lineChart({ series: { loss: { y: [4, 1, 1, 4], smooth: 3 } }, y: { range: [0, 4] } })
    expect(said(chart)).toBe('loss, the mean of 3 values, begins and ends at 4 (x 1 to 4).')
    const heights = paths(chart, 'bp-s0').map(d => pointsOf(d).map(([, y]) => y))
    const [top, quarter, half] = [heights[0][0], heights[0][1], heights[1][1]]
    expect(heights).toEqual([[top, quarter, quarter, top], [top, half, half, top]]) // prettier-ignore
    // [4, 1, 1, 4] becomes [4, 2, 2, 4].
    expect((quarter - half) / (quarter - top)).toBeCloseTo(1 / 3, 2)
  })

  test('makes room for a band', () => {
    const band = { low: [1, 1], high: [1, 9] }
    const [ring] = paths(plots.lineChart({ series: { loss: { y: [1, 1], band } } }), 'bp-f0')
    // A triangle: the band is nowhere cut off.
    expect(pointsOf(ring.replace('z', ''))).toHaveLength(4)
  })

  test('shows a spike in ten thousand steps', () => {
    const quiet = Array.from({ length: 10_000 }, (_, i) => (i % 2) / 100)
    const top = (loss: number[]) => {
      const chart = plots.lineChart({ series: { loss }, y: { range: [0, 1] } })
      return Math.min(...pointsOf(paths(chart, 'bp-s0')[0]).map(([, y]) => y))
    }
    expect(top(quiet.with(4321, 1))).toBeLessThan(top(quiet) - 100)
  })
})

describe('images', () => {
  const pixels = (chart: Chart) =>
    [...plots.toSvg(chart).matchAll(/base64,([^"]*)"/g)].map(([, base64]) => [
      ...decode(Buffer.from(base64, 'base64')).data,
    ])

  test('bytes stay as they are', () => {
    const data = Uint8Array.of(0, 7, 200, 255)
    expect(pixels(plots.images({ data, shape: [1, 2, 2] }))).toEqual([[...data]])
    expect(pixels(plots.images({ data, shape: [1, 2, 2], invert: true }))).toEqual([[255, 248, 55, 0]])
    expect(pixels(plots.images({ data, shape: [4, 1, 1], only: [2, 0] }))).toEqual([[200], [0]])
  })

  test('planes of red, green and blue become pixels', () => {
    const data = Uint8Array.of(1, 2, 10, 20, 100, 200)
    expect(pixels(plots.images({ data, shape: [1, 3, 1, 2] }))).toEqual([[1, 10, 100, 2, 20, 200]])
  })

  test('numbers are spread over the greys of all, of each, around 0, or of a range', () => {
    const chart = (range?: plots.ImagesOptions['range']) =>
      plots.images({ data: [-1, 0, 1, 3], shape: [2, 1, 2], range })
    expect(pixels(chart())).toEqual([[0, 64], [128, 255]]) // prettier-ignore
    expect(pixels(chart('each'))).toEqual([[0, 255], [0, 255]]) // prettier-ignore
    expect(pixels(chart('symmetric'))).toEqual([[85, 128], [170, 255]]) // prettier-ignore
    expect(pixels(chart([0, 1]))).toEqual([[0, 0], [255, 255]]) // prettier-ignore
  })

  test('an image of one value is a middle grey', () => {
    expect(pixels(plots.images({ data: [5, 5], shape: [1, 1, 2] }))).toEqual([[128, 128]])
  })
})

describe('histogram', () => {
  test('counts every value once', () => {
    const values = Array.from({ length: 500 }, (_, i) => Math.sin(i) * 3)
    const svg = plots.toTerminal(plots.histogram({ values, bins: 12 }))
    expect(svg).toContain('500 values')
    const chart = plots.histogram({ values: [0, 1, 2, 3], bins: 3 })
    // The value at the upper end of the axis belongs to the last bar.
    expect(chart.description).toBe('4 values from 0 to 3; most of them, 2, between 2 and 3.')
  })
})

describe('connections', () => {
  const chart = plots.connections({ names: ['the', 'dog', 'it'], from: 2, weights: [0.01, 0.79, 0.2] })

  test('draws a ribbon to each name, as thick as its weight, and a line where it is not a hair', () => {
    if (chart.kind !== 'xy') throw new Error('a chart with axes')
    const heights = chart.marks.flatMap(mark =>
      mark.kind === 'region' ? mark.rings.map(([a, , , d]) => d[1] - a[1]) : [],
    )
    expect(heights[0] / heights[1]).toBeCloseTo(0.01 / 0.79, 9)
    expect(heights[2] / heights[1]).toBeCloseTo(0.2 / 0.79, 9)
    expect(chart.marks.flatMap(mark => (mark.kind === 'lines' ? mark.lines : []))).toEqual([[[0, 2], [1, 1]], [[0, 2], [1, 2]]]) // prettier-ignore
  })

  test('says where the strongest one leads', () => {
    expect(chart.description).toBe('From it, the strongest connection leads to dog (0.79).')
  })
})

describe('bars', () => {
  test('begin at zero, to the left of it for what is negative', () => {
    const svg = plots.toSvg(plots.bars({ names: ['a', 'b'], series: { weight: [-1, 1] } }))
    const [[left, wide], [middle, alike]] = [...svg.matchAll(/<rect x="(\S+)" y="\S+" width="(\S+)"/g)].map(
      ([, x, w]) => [Number(x), Number(w)],
    )
    expect(left + wide).toBeCloseTo(middle, 0)
    expect(wide).toBeCloseTo(alike, 0)
  })

  test('are points on a log axis, where a length from zero means nothing', () => {
    const chart = plots.bars({ names: ['a'], series: { norm: [0.001] }, x: { scale: 'log' } })
    expect(plots.toSvg(chart).match(/<rect/g)).toHaveLength(1) // the background
  })
})
