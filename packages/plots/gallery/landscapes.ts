import { type Chart, landscape, lineChart, sideBySide } from '../src/index.ts'

/** Charts of gradient descent on losses that can be written down. */

type Weights = readonly [number, number]
type Descent = (gradient: (w: Weights) => Weights, start: Weights, steps: number) => Weights[]

const descent =
  (rate: number, momentum = 0): Descent =>
  (gradient, start, steps) => {
    const path = [start]
    let velocity: Weights = [0, 0]
    for (let step = 0; step < steps; step += 1) {
      const [w, v] = path[path.length - 1]
      const g = gradient([w, v])
      velocity = [momentum * velocity[0] - rate * g[0], momentum * velocity[1] - rate * g[1]]
      path.push([w + velocity[0], v + velocity[1]])
    }
    return path
  }

const bowl = (w: number, v: number) => 0.5 * (w * w + 12 * v * v)
const bowlGradient = ([w, v]: Weights): Weights => [w, 12 * v]
const valley = (w: number, v: number) => (1 - w) ** 2 + 10 * (v - w * w) ** 2
const valleyGradient = ([w, v]: Weights): Weights => [-2 * (1 - w) - 40 * w * (v - w * w), 20 * (v - w * w)]

export function landscapeCharts(): Record<string, Chart> {
  const start: Weights = [-4, 1.6]
  const paths = {
    'gradient descent, η = 0.12': descent(0.12)(bowlGradient, start, 40),
    'momentum 0.8, η = 0.05': descent(0.05, 0.8)(bowlGradient, start, 40),
  }
  const bowlChart = landscape({
    title: 'A long bowl',
    loss: bowl,
    paths,
    x: { label: 'w₁', range: [-5, 3] },
    y: { label: 'w₂', range: [-2.5, 2.5] },
  })
  const losses = Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, path.map(([w, v]) => bowl(w, v))]),
  )
  return {
    landscape: bowlChart,
    valley: landscape({
      title: 'Rosenbrock’s valley',
      loss: valley,
      paths: { momentum: descent(0.004, 0.9)(valleyGradient, [-1.4, 1.8], 80) },
      levels: [0.1, 0.5, 2, 5, 10, 20, 40, 80],
      x: { label: 'w₁', range: [-2, 2] },
      y: { label: 'w₂', range: [-1, 3] },
    }),
    'landscape-and-loss': sideBySide([
      bowlChart,
      lineChart({ title: 'The loss on the way', series: losses, x: 'step', y: { label: 'loss', scale: 'log' } }),
    ]),
  }
}
