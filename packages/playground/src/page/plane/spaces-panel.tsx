import { useComputed } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import type { Points } from '../../data/points.ts'
import { palette } from '../colours.ts'
import { frame, outputCount, points, setup, sizes } from '../state.ts'
import { Canvas, remPixels, type Size } from './canvas.tsx'
import { type LayerSpace, layerSpaces } from './layer-spaces.ts'
import { drawScatter } from './points-drawing.ts'

const SIDE_REM = 13
/** More points would hide each other, and take too long for each frame. */
const MOST_POINTS = 300

const some = ({ at, target }: Points): Points => ({
  at: at.subarray(0, 2 * MOST_POINTS),
  target: target.subarray(0, MOST_POINTS),
})

/** How the neurons of each layer place the points: what the next layer gets to see. */
export function SpacesPanel() {
  const spaces = useComputed<readonly LayerSpace[]>(() => {
    const [now, all] = [frame.value, points.value]
    return now && all ? layerSpaces(setup.value, now.theta, some(all.train)) : []
  })
  if (setup.value.layers.length === 0) return <p class="hint">Add a hidden layer: its neurons make a new space.</p>
  return (
    <div>
      <p class="hint">
        Each layer turns a point into a list of numbers, one from each neuron. With two neurons you see the list itself;
        with more, its two directions of largest spread. Training pulls the colours apart until one line separates them.
      </p>
      <ul class="space-list">
        {Array.from({ length: sizes.value.length - 2 }, (_, i) => (
          <li key={i}>
            <Space layer={i} spaces={spaces} />
            <span>Layer {i + 1}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Space({ layer, spaces }: { layer: number; spaces: { readonly value: readonly LayerSpace[] } }) {
  const draw = useCallback(
    (on: CanvasRenderingContext2D, { width }: Size) => {
      on.clearRect(0, 0, width, width)
      const space = spaces.value.at(layer)
      const target = points.value?.train.target.subarray(0, MOST_POINTS)
      if (!space || !target || target.length * 2 !== space.at.length) return
      drawScatter(on, space, target, width, {
        palette: palette.value,
        classes: outputCount.value,
        radius: Math.max(width / 80, 2),
        edge: palette.value.dark ? '#0c1014' : '#ffffff',
      })
    },
    [layer, spaces],
  )
  const side = SIDE_REM * remPixels()
  return (
    <Canvas
      class="small-plane"
      size={{ width: side, height: side }}
      draw={draw}
      label={`The points as layer ${layer + 1} places them`}
    />
  )
}
