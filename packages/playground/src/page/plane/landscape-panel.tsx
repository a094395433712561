import { contours } from 'd3-contour'
import { useCallback } from 'preact/hooks'
import { type Palette, palette } from '../colours.ts'
import { askForLandscape, landscape, step } from '../state.ts'
import { Canvas, type Size, useSize } from './canvas.tsx'
import { short } from './numbers.ts'

const SIZE = 41
const LEVELS = 14

/** The loss around the weights, in two directions, with the way that training took. */
export function LandscapePanel() {
  const [ref, size] = useSize<HTMLDivElement>()
  const now = landscape.value
  const draw = useCallback((on: CanvasRenderingContext2D, area: Size) => {
    const shown = landscape.value
    on.clearRect(0, 0, area.width, area.height)
    if (shown) drawLandscape(on, area.width, shown, palette.value)
  }, [])
  const side = Math.min(size.value.width, 460)
  return (
    <div class="landscape" ref={ref}>
      <div>
        <p class="row">
          <button type="button" onClick={() => askForLandscape(SIZE, 'path')}>
            Along the way of the training
          </button>
          <button type="button" onClick={() => askForLandscape(SIZE, 'random')}>
            In two random directions
          </button>
        </p>
        <p class="hint">
          All weights together are one point in a space of many dimensions. The picture is a plane through it: dark is a
          low loss, each line has the same loss. The coloured way is the one that training took
          {step.value === 0 ? '; train first to see one' : ''}. The ring is where it is now.
        </p>
        {now && <Extremes losses={now.losses} />}
      </div>
      {now && (
        <Canvas size={{ width: side, height: side }} draw={draw} label="Loss landscape with the way of the training" />
      )}
    </div>
  )
}

function Extremes({ losses }: { losses: Float32Array }) {
  const finite = losses.filter(Number.isFinite)
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  return (
    <p>
      The loss in this plane goes from <strong>{short(low)}</strong> to <strong>{short(high)}</strong>.
    </p>
  )
}

interface Shown {
  readonly size: number
  readonly losses: Float32Array
  readonly path: Float32Array
}

function drawLandscape(
  on: CanvasRenderingContext2D,
  side: number,
  { size, losses, path }: Shown,
  colours: Palette,
): void {
  const logs = Array.from(losses, loss => Math.log10(Math.max(loss, 1e-6)))
  const finite = logs.filter(Number.isFinite)
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const high = finite.reduce((a, b) => Math.max(a, b), -Infinity)
  const levels = Array.from({ length: LEVELS }, (_, i) => low + ((high - low) * i) / LEVELS)
  // A loss belongs to the middle of its cell: the outer half cells are cut off.
  const place = (cell: number) => ((cell - 0.5) * side) / (size - 1)
  const areas = contours().size([size, size]).thresholds(levels)(logs.map(log => (Number.isFinite(log) ? log : high)))
  for (const [i, area] of areas.entries()) {
    const share = i / LEVELS
    // From deep blue-grey to paper: the brightness says the height, in both themes.
    const light = colours.dark ? 18 + 52 * share : 42 + 54 * share
    on.fillStyle = `hsl(212 30% ${light}%)`
    on.strokeStyle = `hsl(212 30% ${light - 9}%)`
    on.lineWidth = 1
    on.beginPath()
    for (const polygon of area.coordinates) {
      for (const ring of polygon) {
        for (const [j, [x, y]] of ring.entries()) on[j === 0 ? 'moveTo' : 'lineTo'](place(x), place(y))
        on.closePath()
      }
    }
    on.fill()
    on.stroke()
  }
  drawPath(on, side, path, colours)
}

function drawPath(on: CanvasRenderingContext2D, side: number, path: Float32Array, colours: Palette): void {
  const at = (i: number) => [((path[2 * i] + 1) / 2) * side, ((1 - path[2 * i + 1]) / 2) * side] as const
  const count = path.length / 2
  on.lineJoin = 'round'
  for (const [width, colour] of [
    [5, '#ffffff'],
    [2.5, '#b24a00'],
  ] as const) {
    on.beginPath()
    for (let i = 0; i < count; i += 1) on.lineTo(...at(i))
    on.lineWidth = width
    on.strokeStyle = colour
    on.stroke()
  }
  const [x, y] = count > 0 ? at(count - 1) : [side / 2, side / 2]
  on.beginPath()
  on.arc(x, y, 7, 0, 2 * Math.PI)
  on.fillStyle = '#ffffff'
  on.fill()
  on.lineWidth = 3
  on.strokeStyle = colours.dark ? '#101419' : '#1b2026'
  on.stroke()
}
