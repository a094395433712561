import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bars,
  type Chart,
  confusionMatrix,
  connections,
  decisionBoundary,
  graph,
  grid,
  images,
  landscape,
  lineChart,
  sideBySide,
  toSvg,
} from '../src/index.ts'
import { anyChart } from './charts.ts'
import { boxes, parse } from './picture.ts'

const small: Record<string, Chart> = {
  line: lineChart({ title: 'Two runs', series: { plain: [4, 2, 1], dropout: [4, 3, 2] }, x: 'epoch', y: 'loss' }),
  boundary: decisionBoundary({
    points: [[-1, -1], [1, 1]],
    labels: [-1, 1],
    score: { grid: grid({ x: [-2, 2], y: [-2, 2], columns: 3, rows: 3 }), values: [-2, -2, 0, -2, 0, 2, 0, 2, 2] },
  }),
  landscape: landscape({ loss: (w, v) => w + v, levels: [1], paths: { SGD: [[2, 1], [0, 0]] } }),
  bars: bars({ names: ['cat', 'dog'], series: { a: [1, 3], b: [2, 4] } }),
  graph: graph({
    nodes: [{ lines: ['x', '2'] }, { lines: ['y', '3'] }, { lines: ['x · y', '6'] }],
    edges: [{ from: 0, to: 2, text: '3' }, { from: 1, to: 2, text: '2' }],
  }),
  connections: connections({ names: ['the', 'dog', 'it'], from: 2, weights: [0.01, 0.79, 0.2] }),
  images: images({ data: Uint8Array.of(0, 128, 255, 64), shape: [1, 2, 2], captions: ['is 4, reads 9'] }),
  confusion: confusionMatrix({ counts: [[8, 2], [0, 5]], names: ['cat', 'dog'] }),
} // prettier-ignore

describe('small pictures', () => {
  test.each(Object.entries(small))('%s', async (name, chart) => {
    await expect(toSvg(chart, { width: 240 })).toMatchFileSnapshot(`pictures/${name}.svg`)
  })
})

describe('any chart', () => {
  const size = fc.record({
    width: fc.integer({ min: 240, max: 1200 }),
    height: fc.option(fc.integer({ min: 240, max: 900 }), { nil: undefined }),
  })

  test('is well-formed XML with everything that is drawn inside the view box', () => {
    fc.assert(
      fc.property(anyChart, size, (chart, options) => {
        const root = parse(toSvg(chart, options))
        const [, , width, height] = (root.getAttribute('viewBox') ?? '').split(' ').map(Number)
        for (const { what, left, right, top, bottom } of boxes(root)) {
          const message = `${what}: ${left} to ${right}, ${top} to ${bottom} in ${width} × ${height}`
          expect(left >= -0.2 && right <= width + 0.2 && top >= -0.2 && bottom <= height + 0.2, message).toBe(true)
        }
      }),
    )
  })

  test('has texts below its x axis that stand apart', () => {
    fc.assert(
      fc.property(anyChart, size, (chart, options) => {
        const groups = [...toSvg(chart, options).matchAll(/<g class="bp-muted" text-anchor="middle">[^]*?<\/g>/g)]
        for (const [group] of groups) {
          const texts = boxes(parse(`<svg>${group}</svg>`))
          for (const [i, { what, left }] of texts.entries())
            expect(left, what).toBeGreaterThanOrEqual((texts[i - 1]?.right ?? 0) - 0.2)
        }
      }),
    )
  })

  test('has a title and a description that say all that was given', () => {
    fc.assert(
      fc.property(anyChart, chart => {
        const root = parse(toSvg(chart))
        expect(root.getAttribute('role')).toBe('img')
        const said = (name: string) => root.getElementsByTagName(name)[0].textContent
        const visible = (text: string) => text.replace(/\u001b\[[0-?]*[ -/]*[@-~]/g, '').replace(/[^!-~]+/g, '')
        expect(visible(said('desc') ?? '')).toBe(visible(chart.description))
        expect(visible(said('title') ?? '')).toBe(visible(chart.title || chart.description))
      }),
    )
  })

  test('looks the same after a way through JSON', () => {
    fc.assert(
      fc.property(anyChart, chart => {
        expect(toSvg(JSON.parse(JSON.stringify(chart)) as Chart)).toBe(toSvg(chart))
      }),
    )
  })
})

describe('themes', () => {
  test('auto has both, light and dark have one', () => {
    const has = (theme: 'auto' | 'light' | 'dark') => {
      const svg = toSvg(small.line, { theme })
      return [svg.includes('#ffffff'), svg.includes('#0d1117'), svg.includes('prefers-color-scheme')]
    }
    expect(has('auto')).toEqual([true, true, true])
    expect(has('light')).toEqual([true, false, false])
    expect(has('dark')).toEqual([false, true, false])
  })

  test('names of patterns differ between pictures, so that several can stand on one page', () => {
    const names = (svg: string) => [...svg.matchAll(/id="([^"]*)"/g)].map(([, id]) => id)
    const [one, other] = [names(toSvg(small.bars)), names(toSvg(small.boundary))]
    expect(one.length).toBeGreaterThan(0)
    expect(other.length).toBeGreaterThan(0)
    expect(one.filter(id => other.includes(id))).toEqual([])
  })
})

describe('size', () => {
  test('ten thousand steps of noise take no more room than can be seen', () => {
    let state = 1
    const noise = () => (state = (state * 16807) % 2147483647) / 2147483647
    const loss = Array.from({ length: 10_000 }, () => noise())
    expect(toSvg(lineChart({ series: { loss } })).length).toBeLessThan(30_000)
  })

  test('a boundary with 200 points takes less than 30 kB', () => {
    const points = Array.from({ length: 200 }, (_, i): [number, number] => [5 * Math.sin(i), 5 * Math.cos(i * i)])
    const labels = points.map(([x, y]) => (Math.sin(x) * y > 0 ? 1 : -1))
    const chart = decisionBoundary({ points, labels, score: (x, y) => Math.sin(2 * x) * y, levels: [-1, 1] })
    expect(toSvg(chart).length).toBeLessThan(30_000)
  })

  test('charts in one row have their axes at the same height', () => {
    const svg = toSvg(sideBySide([small.line, lineChart({ series: { a: [1000000, 2000000] }, x: 'step' })]))
    const axes = [...svg.matchAll(/class="bp-axis" fill="none" d="M\S+ (\S+?)h/g)].map(([, y]) => y)
    expect(axes).toHaveLength(2)
    expect(axes[0]).toBe(axes[1])
  })
})
