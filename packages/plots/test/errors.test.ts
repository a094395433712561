import { describe, expect, test } from 'vitest'
import type { Chart } from '../src/index.ts'
import * as plots from '../src/index.ts'

/** The texts that students read. */

const cases: Record<string, () => Chart | plots.Grid | string> = {
  'no series': () => plots.lineChart({ series: {} }),
  'an empty series': () => plots.lineChart({ series: { loss: [] } }),
  'a loss that is no number': () => plots.lineChart({ series: { loss: [2.3, 4, NaN] } }),
  'a loss that overflowed': () => plots.lineChart({ series: { loss: Float32Array.of(1, Infinity) } }),
  'zero on a log axis': () => plots.lineChart({ series: { loss: [1, 0] }, y: { scale: 'log' } }),
  'x of another length': () => plots.lineChart({ series: { loss: { x: [1, 2, 3], y: [5, 4] } } }),
  'a band of another length': () => plots.lineChart({ series: { loss: { y: [5, 4], band: { low: [1], high: [5, 6] } } } }),
  'half a smoothing': () => plots.lineChart({ series: { loss: { y: [5, 4], smooth: 0.9 } } }),
  'too many curves': () => plots.lineChart({ series: Object.fromEntries([...'abcdefg'].map(name => [name, [1]])) }),
  'a range the wrong way round': () => plots.lineChart({ series: { loss: [1] }, y: { range: [1, 0] } }),
  'a log range with zero': () => plots.lineChart({ series: { loss: [1] }, y: { range: [0, 1], scale: 'log' } }),
  'a note nowhere': () => plots.lineChart({ series: { loss: [1] }, notes: [{ x: NaN, text: 'best epoch' }] }),
  'no points': () => plots.scatter({ points: [] }),
  'points in space': () => plots.scatter({ points: [[1, 2], [1, 2, 3]] }),
  'a point that is nowhere': () => plots.scatter({ points: [[1, NaN]] }),
  'values that do not fit their shape': () => plots.scatter({ points: { data: [1, 2, 3], shape: [2, 2] } }),
  'labels of other points': () => plots.scatter({ points: [[1, 2]], labels: [1, -1] }),
  'one class': () => plots.decisionBoundary({ points: [[1, 2]], labels: [1], score: () => 1 }),
  'three classes': () => plots.decisionBoundary({ points: [[1, 2], [1, 3], [2, 1]], labels: [0, 1, 2], score: () => 1 }),
  'a score that is no number': () => plots.decisionBoundary({ points: [[0, 0], [1, 1]], labels: [-1, 1], score: x => Math.sqrt(x) }),
  'too few scores': () =>
    plots.decisionBoundary({
      points: [[0, 0], [1, 1]],
      labels: [-1, 1],
      score: { grid: plots.grid({ x: [0, 1], y: [0, 1], columns: 2, rows: 2 }), values: [1, 2, 3] },
    }),
  'a grid of one column': () => plots.grid({ x: [0, 1], y: [0, 1], columns: 1 }),
  'a grid without width': () => plots.grid({ x: [1, 1], y: [0, 1] }),
  'a landscape of nowhere': () => plots.landscape({ loss: (w, v) => w + v, x: 'w' }),
  'an empty path': () => plots.landscape({ loss: (w, v) => w + v, paths: { SGD: [] } }),
  'a path that diverged': () => plots.landscape({ loss: (w, v) => w + v, paths: { SGD: [[1, 1], [Infinity, 0]] } }),
  'a graph of nothing': () => plots.graph({ nodes: [], edges: [] }),
  'an arrow to nowhere': () => plots.graph({ nodes: [{ lines: ['x'] }], edges: [{ from: 0, to: 1 }] }),
  'a circle': () => plots.graph({ nodes: [{ lines: ['x'] }, { lines: ['y'] }], edges: [{ from: 0, to: 1 }, { from: 1, to: 0 }] }),
  'no values': () => plots.histogram({ values: [] }),
  'no bins': () => plots.histogram({ values: [1], bins: 0 }),
  'a connection too few': () => plots.connections({ names: ['a', 'b'], from: 0, weights: [1] }),
  'a weight above 1': () => plots.connections({ names: ['a'], from: 0, weights: [1.5] }),
  'a start that has no name': () => plots.connections({ names: ['a'], from: 1, weights: [1] }),
  'a bar too few': () => plots.bars({ names: ['a', 'b'], series: { norm: [1] } }),
  'a gradient of zero on a log axis': () => plots.bars({ names: ['a'], series: { norm: [0] }, x: { scale: 'log' } }),
  'images of another shape': () => plots.images({ data: new Float32Array(10), shape: [1, 28, 28] }),
  'images with two channels': () => plots.images({ data: new Float32Array(8), shape: [1, 2, 2, 2] }),
  'an image that is not there': () => plots.images({ data: new Float32Array(4), shape: [1, 2, 2], only: [1] }),
  'a pixel that is no number': () => plots.images({ data: [0, NaN], shape: [1, 1, 2] }),
  'too few captions': () => plots.images({ data: [0, 1], shape: [2, 1, 1], captions: ['one'] }),
  'a table that is not square': () => plots.confusionMatrix({ counts: [[1, 2], [3]] }),
  'half a count': () => plots.confusionMatrix({ counts: [[1, 0.5], [0, 1]] }),
  'nothing side by side': () => plots.sideBySide([]),
  'no room in pixels': () => plots.toSvg(plots.histogram({ values: [1] }), { width: 100 }),
  'no room in columns': () => plots.toTerminal(plots.histogram({ values: [1] }), { columns: 20 }),
} // prettier-ignore

describe('what is wrong, what was expected, what to try', () => {
  test('all of it', () => {
    const said = Object.entries(cases).map(([name, act]) => {
      try {
        act()
      } catch (error) {
        if (error instanceof RangeError) return `${name}\n  ${error.message}`
        throw error
      }
      return `${name}\n  nothing was said`
    })
    expect(said.join('\n')).toMatchInlineSnapshot(`
      "no series
        lineChart: there is no series.
        Hint: give at least one: series: { loss: losses }.
      an empty series
        lineChart: "loss" is empty, expected at least one number.
      a loss that is no number
        lineChart: "loss" is NaN at index 2, expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      a loss that overflowed
        lineChart: "loss" is Infinity at index 1, expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      zero on a log axis
        lineChart: "loss" is 0 at index 1, but a log axis has only numbers above 0.
        Hint: use a linear axis.
      x of another length
        lineChart: the number of values of "loss" is 2, but that of its x is 3.
        Hint: one belongs to each.
      a band of another length
        lineChart: the number of values of "loss" is 2, but that of its low band is 1.
        Hint: one belongs to each.
      half a smoothing
        lineChart: "loss" is smoothed over 0.9 values, expected a whole number of at least 1.
      too many curves
        lineChart: there are more than 6 series, and no more can be told apart.
        Hint: draw several charts and put them \`sideBySide\`.
      a range the wrong way round
        lineChart: the range of y is [1, 0], expected two numbers, the lower one first.
      a log range with zero
        lineChart: the range of y is [0, 1], expected two numbers above 0, the lower one first.
      a note nowhere
        lineChart: the note "best epoch" is at NaN, expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      no points
        scatter: there are no points, expected at least one.
      points in space
        scatter: point 1 has 3 numbers, but a point in the plane has 2.
      a point that is nowhere
        scatter: point 0 is (1, NaN), expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      values that do not fit their shape
        scatter: the shape is [2, 2] and the number of values is 3, expected a shape [N, M] and N·M values.
      labels of other points
        scatter: the number of points is 1, but that of labels is 2.
        Hint: one belongs to each.
      one class
        decisionBoundary: there is one class of points, but a boundary has two sides.
        Hint: give labels of two classes, such as −1 and 1.
      three classes
        decisionBoundary: there are 3 classes of points, but a boundary has two sides.
        Hint: give labels of two classes, such as −1 and 1.
      a score that is no number
        decisionBoundary: score is NaN at (-0.08, -0.08), expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      too few scores
        decisionBoundary: the number of points of the grid is 4, but that of values of score is 3.
        Hint: one belongs to each.
      a grid of one column
        grid: columns is 1, expected a whole number of at least 2.
      a grid without width
        grid: x is [1, 1], expected two numbers, the lower one first.
      a landscape of nowhere
        landscape: there is no path and no range of x.
        Hint: say which part to draw: x: { label: 'w', range: [-3, 3] }.
      an empty path
        landscape: the path "SGD" has no points.
        Hint: begin with the weights before the first step.
      a path that diverged
        landscape: "SGD", point 1 is (Infinity, 0), expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      a graph of nothing
        graph: there are no nodes, expected at least one.
      an arrow to nowhere
        graph: an arrow leads from node 0 to 1, but there are 1.
      a circle
        graph: the arrows lead in a circle.
        Hint: every arrow must lead to a later node.
      no values
        histogram: the list of values is empty, expected at least one number.
      no bins
        histogram: bins is 0, expected a whole number of at least 1.
      a connection too few
        connections: the number of names is 2, but that of weights is 1.
        Hint: one belongs to each.
      a weight above 1
        connections: the weight at index 0 is 1.5.
        Hint: each must be a number from 0 to 1.
      a start that has no name
        connections: from is 1, and there are 1 names.
        Hint: give the index of one of them.
      a bar too few
        bars: the number of names is 2, but that of values of "norm" is 1.
        Hint: one belongs to each.
      a gradient of zero on a log axis
        bars: "norm" is 0 at index 0, but a log axis has only numbers above 0.
        Hint: use a linear axis.
      images of another shape
        images: the shape is [1, 28, 28] and the number of values is 10, expected [N, height, width] or [N, 1 or 3, height, width] and as many values.
      images with two channels
        images: the shape is [1, 2, 2, 2] and the number of values is 8, expected [N, height, width] or [N, 1 or 3, height, width] and as many values.
      an image that is not there
        images: there is no image 1.
        Hint: they are numbered from 0 to 0.
      a pixel that is no number
        images: image 0 has NaN at index 1, expected finite numbers.
        Hint: look for what made it first: a learning rate that is too large, log(0) and 0/0 all end like this; draw what came before.
      too few captions
        images: the number of images to show is 2, but that of captions is 1.
        Hint: one belongs to each.
      a table that is not square
        confusionMatrix: row 1 has 1 numbers, expected one for each of the 2 rows.
      half a count
        confusionMatrix: row 0 has 0.5 in column 1, expected a count of at least 0.
      nothing side by side
        sideBySide: there is no chart, expected at least one.
      no room in pixels
        toSvg: width is 100, expected at least 240 pixels.
      no room in columns
        toTerminal: columns is 20, expected a whole number of at least 38."
    `)
  })
})
