import { landscape, lineChart, sideBySide } from '@backprop/plots'

const loss = (w: number, v: number) => (w * w + 12 * v * v) / 2

const path: [number, number][] = [[-4, 1.6]]
for (let step = 0; step < 30; step += 1) {
  const [w, v] = path[step]
  path.push([w - 0.12 * w, v - 0.12 * 12 * v])
}

export const chart = sideBySide([
  landscape({ title: 'Gradient descent in a long bowl', loss, paths: { 'η = 0.12': path }, x: 'w', y: 'v' }),
  lineChart({
    title: 'The loss on the way',
    series: { loss: { x: path.map((_, step) => step), y: path.map(([w, v]) => loss(w, v)) } },
    x: 'step',
    y: { label: 'loss', scale: 'log' },
  }),
])
