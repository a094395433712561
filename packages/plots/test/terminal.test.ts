import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import {
  bars,
  type Chart,
  confusionMatrix,
  connections,
  decisionBoundary,
  histogram,
  images,
  lineChart,
  sideBySide,
  type TerminalOptions,
  toTerminal,
} from '../src/index.ts'
import { anyChart } from './charts.ts'

describe('any chart', () => {
  const options = fc.record({
    columns: fc.integer({ min: 40, max: 120 }),
    rows: fc.option(fc.integer({ min: 4, max: 40 }), { nil: undefined }),
  })

  test('is no wider than the screen, with and without colours', () => {
    fc.assert(
      fc.property(anyChart, options, fc.boolean(), (chart, options, colour) => {
        for (const line of toTerminal(chart, { ...options, colour }).split('\n'))
          expect(stringWidth(line), line).toBeLessThanOrEqual(options.columns)
      }),
    )
  })

  test('has only ASCII where there is nothing else', () => {
    fc.assert(
      fc.property(anyChart, options, (chart, options) => {
        expect(toTerminal(chart, { ...options, unicode: false })).toMatch(/^[\n -~]*$/)
      }),
    )
  })

  test('has no control characters but line ends, whatever the texts have', () => {
    fc.assert(
      fc.property(anyChart, options, (chart, options) => {
        expect(toTerminal(chart, options)).not.toMatch(/[^\P{Cc}\n]/u)
      }),
    )
  })

  test('says the same in colours and without, but for the shades of images', () => {
    const hasImages = (chart: { kind: string; charts?: readonly { kind: string }[] }): boolean =>
      chart.kind === 'images' || (chart.charts ?? []).some(hasImages)
    fc.assert(
      fc.property(
        anyChart.filter(chart => !hasImages(chart)),
        options,
        (chart, options) => {
          const [colours, none] = [true, false].map(colour => toTerminal(chart, { ...options, colour }))
          expect(stripVTControlCharacters(colours).replace(/ +$/gm, '')).toBe(none)
        },
      ),
    )
  })
})

test('a text beside the axes that takes too much room is cut', () => {
  const chart = connections({ names: ['the', 'dog'], from: 1, weights: [0.3, 0.7] })
  if (chart.kind !== 'xy') throw new Error('a chart with axes')
  const texts = [{ at: [1, 0], text: 'x'.repeat(200) }] as const
  const shown = toTerminal({ ...chart, marks: [{ kind: 'texts', place: 'right', texts }] }, { columns: 40 })
  const line = shown.split('\n').find(each => each.includes('x'))
  expect(line).toBe(`the ┤${' '.repeat(24)}${'x'.repeat(10)}…`)
})

const shown = (chart: Chart, options?: TerminalOptions) => `\n${toTerminal(chart, options)}\n`

describe('small charts', () => {
  test('two curves', () => {
    const chart = lineChart({
      title: 'Two runs',
      series: { plain: [4, 2, 1, 1], dropout: [4, 3, 2.5, 2] },
      x: 'epoch',
      y: 'loss',
    })
    expect(shown(chart, { columns: 40, rows: 7 })).toMatchInlineSnapshot(`
      "
      Two runs: plain falls from 4 to 1 (epoch
      1 to 4). dropout falls from 4 to 2
      (epoch 1 to 4).

      o plain   × dropout
      loss
      4 ┤×⠲⡢⢄⣀
        │  ⠈⠑⠤⡉⠑⠒⠤⣄
      3 ┤     ⠈⠒⢄  ⠉⠑×⠢⠤⠤⢄⣀⣀
        │        ⠉⠦⡀        ⠉⠉⠉⠒⠒×⠤⠤⢄⣀⣀
      2 ┤          ⠈⠒o⣀⡀               ⠉⠉⠑⠒⠒⠢×
        │              ⠈⠑⠒⠤⢄⣀
      1 ┤                    ⠉⠑⠢⠤o⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀o
        └┬───────────┬───────────┬───────────┬
         1           2           3           4
                         epoch
      "
    `)
    expect(shown(chart, { columns: 40, rows: 7, unicode: false })).toMatchInlineSnapshot(`
      "
      Two runs: plain falls from 4 to 1 (epoch
      1 to 4). dropout falls from 4 to 2
      (epoch 1 to 4).

      o plain   x dropout
      loss
      4 +x-::.
        |  ':-::--:
      3 +     '-:  ':x---:..
        |        '-.        '''--x--:..
      2 +          '-o..               '':---x
        |              ':--:.
      1 +                    ':--o...........o
        ++-----------+-----------+-----------+
         1           2           3           4
                         epoch
      "
    `)
  })

  test('a boundary, whose dotted side is that of the higher class', () => {
    const chart = decisionBoundary({
      points: [[-1, -1], [-2, 0], [1, 1], [2, 0]],
      labels: [-1, -1, 1, 1],
      score: (x, y) => x + y,
      x: { label: 'x₁', range: [-3, 3] },
      y: { label: 'x₂', range: [-3, 3] },
    }) // prettier-ignore
    expect(shown(chart, { columns: 40, rows: 9 })).toMatchInlineSnapshot(`
      "
      4 points, 2 of class −1 and 2 of class
      +1. All lie on the side that says their
      class.

      [ o ] class −1   [·×·] class +1
      x₂
         │⠑⢄················
       2 ┤  ⠑⢄··············
         │    ⠑⢄············
         │      ⠑⢄···×······
       0 ┤   o    ⠑⢄····×···
         │      o   ⠑⢄······
         │            ⠑⢄····
      −2 ┤              ⠑⢄··
         │                ⠑⢄
         └───┬─────┬────┬───
            −2     0    2
                  x₁
      "
    `)
  })

  test('bars with parts of a character', () => {
    const chart = bars({ names: ['cat', 'dog', 'numbat'], series: { recall: [0.5, 0.91, 1] } })
    expect(shown(chart, { columns: 40 })).toMatchInlineSnapshot(`
      "
      recall is smallest for cat (0.5) and
      largest for numbat (1).

         cat ┤█████████████ 0.50
         dog ┤███████████████████████▋ 0.91
      numbat ┤██████████████████████████ 1.00
             └┬────────────┬───────────┬
             0.0          0.5        1.0
      "
    `)
  })

  test('points on a log axis', () => {
    const series = { sigmoid: [1e-6, 1e-4, 1e-2], ReLU: [0.01, 0.02, 0.03] }
    const chart = bars({ names: ['layer 1', 'layer 2', 'layer 3'], series, x: { label: '|gradient|', scale: 'log' } })
    expect(shown(chart, { columns: 50 })).toMatchInlineSnapshot(`
      "
      Shows |gradient|. sigmoid is smallest for layer 1
      (1e-6) and largest for layer 3 (0.01). ReLU is
      smallest for layer 1 (0.01) and largest for layer
      3 (0.03).

      o sigmoid   × ReLU
      layer 1 ┤ o                                 ×
      layer 2 ┤                  o                  ×
      layer 3 ┤                                   o   ×
              └─┬────────────────┬────────────────┬─────
              10⁻⁶             10⁻⁴             10⁻²
                              |gradient|
      "
    `)
    expect(shown(chart, { columns: 50, unicode: false })).toMatchInlineSnapshot(`
      "
      Shows |gradient|. sigmoid is smallest for layer 1
      (1e-6) and largest for layer 3 (0.01). ReLU is
      smallest for layer 1 (0.01) and largest for layer
      3 (0.03).

      o sigmoid   x ReLU
      layer 1 + o                                 x
      layer 2 +                  o                  x
      layer 3 +                                   o   x
              +-+----------------+----------------+-----
              1e-6             1e-4             1e-2
                              |gradient|
      "
    `)
  })

  test('a histogram', () => {
    const chart = histogram({ values: [1, 1, 1, 2, 2, 4], bins: 4, x: 'weight' })
    expect(shown(chart, { columns: 40, rows: 6 })).toMatchInlineSnapshot(`
      "
      6 values from 1 to 4; most of them, 3,
      between 1 and 2.

      count
        │████████████
        │████████████
      2 ┤█████████████████████████
        │█████████████████████████
        │█████████████████████████████████████
      0 ┤█████████████████████████████████████
        └┬───────────┬───────────┬───────────┬
         1           2           3           4
                        weight
      "
    `)
  })

  test('images in shades, ink on paper as well, and in colours', () => {
    const data = Uint8Array.from({ length: 16 * 8 }, (_, i) => (i % 16) * 17)
    const chart = images({ data, shape: [1, 8, 16], captions: ['a ramp'] })
    expect(shown(chart)).toMatchInlineSnapshot(`
      "
      1 image of 16 × 8 pixels: a ramp.

          ░░░▒▒▒▓▓▓███
          ░░░▒▒▒▓▓▓███
          ░░░▒▒▒▓▓▓███
          ░░░▒▒▒▓▓▓███
           a ramp
      "
    `)
    const [, , onPaper] = toTerminal(images({ data, shape: [1, 8, 16], invert: true })).split('\n')
    expect(onPaper).toBe('    ░░░▒▒▒▓▓▓███')
    const blackOverWhite = images({ data: new Uint8Array(20).fill(255, 10), shape: [1, 2, 10] })
    const [, , coloured] = toTerminal(blackOverWhite, { colour: true }).split('\n')
    expect(coloured).toBe(`${'\x1b[38;5;16;48;5;231m▀'.repeat(10)}\x1b[0m`)
  })

  test('a confusion matrix, and the worst mistakes where it is too wide', () => {
    const counts = [[50, 3, 0], [1, 1200, 2], [0, 0, 7]] // prettier-ignore
    expect(shown(confusionMatrix({ counts, names: ['cat', 'dog', 'numbat'] }))).toMatchInlineSnapshot(`
      "
      1,257 of 1,263 are right (99.5 %). Most often cat was taken for dog: 3 times.

                   taken for
      class      cat     dog  numbat
      cat         50       3       ·
      dog          1   1,200       2
      numbat       ·       ·       7
      "
    `)
    const many = Array.from({ length: 30 }, (_, i) =>
      Array.from({ length: 30 }, (_, j) => (i === j ? 9 : i === 3 && j > 26 ? j : 0)),
    )
    expect(shown(confusionMatrix({ counts: many }))).toMatchInlineSnapshot(`
      "
      270 of 354 are right (76.3 %). Most often 3 was taken for 29: 29 times.

      29: 3 taken for 29
      28: 3 taken for 28
      27: 3 taken for 27
      "
    `)
  })

  test('charts side by side, where there is room, and below one another', () => {
    const one = lineChart({ title: 'Loss', series: { loss: [2, 1] } })
    const two = lineChart({ title: 'Accuracy', series: { accuracy: [0.5, 0.9] } })
    expect(shown(sideBySide([one, two], { title: 'Training' }), { rows: 4 })).toMatchInlineSnapshot(`
      "
      Training: Loss: loss falls from 2 to 1 (x 1 to 2). Accuracy: accuracy rises from
      0.5 to 0.9 (x 1 to 2).

      Loss                                     Accuracy
      2.0 ┤o⠑⠒⠢⠤⠤⣀⣀                                │                          ⣀⣀⠤⠤⠔⠒⠊o
          │        ⠉⠉⠑⠒⠢⠤⠤⣀⣀                   0.8 ┤                 ⣀⣀⠤⠤⠔⠒⠊⠉⠉
      1.5 ┤                 ⠉⠉⠒⠒⠢⠤⢄⣀⣀          0.6 ┤        ⣀⣀⡠⠤⠔⠒⠒⠉⠉
      1.0 ┤                          ⠉⠉⠒⠒⠢⠤⢄o      │o⡠⠤⠔⠒⠒⠉⠉
          └┬────────────────────────────────┬      └┬────────────────────────────────┬
           1                                2       1                                2
      "
    `)
    expect(shown(sideBySide([one, two]), { rows: 4, columns: 60 })).toMatchInlineSnapshot(`
      "
      Loss: loss falls from 2 to 1 (x 1 to 2). Accuracy: accuracy
      rises from 0.5 to 0.9 (x 1 to 2).

      Loss
      2.0 ┤o⠉⠒⠒⠒⠢⠤⠤⠤⢄⣀⣀⣀
          │             ⠉⠉⠉⠑⠒⠒⠒⠤⠤⠤⠤⣀⣀⣀⡀
      1.5 ┤                           ⠈⠉⠉⠉⠒⠒⠒⠒⠤⠤⠤⢄⣀⣀⣀
      1.0 ┤                                          ⠉⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⣀o
          └┬─────────────────────────────────────────────────────┬
           1                                                     2

      Accuracy
          │                                          ⣀⣀⣀⡠⠤⠤⠤⠔⠒⠒⠒⠉o
      0.8 ┤                           ⢀⣀⣀⣀⠤⠤⠤⠤⠒⠒⠒⠊⠉⠉⠉
      0.6 ┤             ⣀⣀⣀⡠⠤⠤⠤⠒⠒⠒⠒⠉⠉⠉⠁
          │o⣀⠤⠤⠤⠔⠒⠒⠒⠊⠉⠉⠉
          └┬─────────────────────────────────────────────────────┬
           1                                                     2
      "
    `)
  })

  test('texts below the x axis stand apart; those without room are left out', () => {
    const chart = lineChart({ series: { loss: { x: [1_000_000, 1_000_009], y: [2, 1] } } })
    const texts = toTerminal(chart, { columns: 40 }).split('\n').at(-1) ?? ''
    expect(texts.trim().split(/ +/)).toEqual(['1,000,000', '1,000,004', '1,000,008'])
  })

  test('colours stand around signs that say the same', () => {
    const chart = lineChart({ series: { a: [1, 2], b: [2, 1] } })
    const legend = toTerminal(chart, { colour: true, columns: 40 }).split('\n')[3]
    expect(legend).toBe('\x1b[38;5;33mo\x1b[39m a   \x1b[38;5;166m×\x1b[39m b')
  })

  test('characters that take two columns keep the lines in order', () => {
    const chart = bars({ names: ['数字', 'b'], series: { 値: [1, 2] }, x: '長さ' })
    expect(shown(chart, { columns: 40 })).toMatchInlineSnapshot(`
      "
      Shows 長さ. 値 is smallest for 数字 (1)
      and largest for b (2).

      数字 ┤███████████████▌ 1
         b ┤███████████████████████████████ 2
           └┬───────┬──────┬───────┬──────┬
           0.0     0.5    1.0     1.5   2.0
                         長さ
      "
    `)
  })
})
