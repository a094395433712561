import { useId, useRef, useState } from 'preact/hooks'
import { type Part, X_MOST, Y_MOST } from './one-hidden-layer.ts'
import { drawnThrough, nearest, type PlotPoint, POINTS, raised, XS } from './target-curve.ts'

/** The size of the drawing in its own units. */
export const PLOT = { width: 720, height: 420 }
const { width: WIDTH, height: HEIGHT } = PLOT
const plotX = (x: number) => ((x / X_MOST + 1) / 2) * WIDTH
const plotY = (y: number) => ((1 - y / Y_MOST) / 2) * HEIGHT

/** An SVG path through every `every`-th point of a curve, `[POINTS]`. */
export function pathOf(ys: ArrayLike<number>, every = 1): string {
  let path = ''
  for (let i = 0; i < POINTS; i += every)
    path += `${i === 0 ? 'M' : 'L'}${plotX(XS[i]).toFixed(1)} ${plotY(ys[i]).toFixed(1)}`
  return path
}

interface CurvePlotProps {
  readonly target: Float64Array
  readonly onDraw: (ys: Float64Array) => void
  /** What the whole network gives; `null` before the first answer. */
  readonly output: Float64Array | null
  /** The sum of the first neurons, and the last of these; `null` if all are shown. */
  readonly partial: { readonly sum: Float64Array; readonly last: Part | null; readonly count: number } | null
}

/** One arrow key raises the curve by this much; a quarter of it with Shift. */
const KEY_STEP = 0.2

/** The curve to learn, which can be drawn with a pointer or by keyboard, and what the network makes of it. */
export function CurvePlot({ target, onDraw, output, partial }: CurvePlotProps) {
  const [at, setAt] = useState(Math.floor(POINTS / 2))
  const [isFocused, setFocused] = useState(false)
  const last = useRef<PlotPoint | null>(null)
  const help = useId()

  const pointOf = ({ clientX, clientY }: PointerEvent, surface: Element): PlotPoint => {
    const { left, top, width, height } = surface.getBoundingClientRect()
    return [X_MOST * (-1 + (2 * (clientX - left)) / width), Y_MOST * (1 - (2 * (clientY - top)) / height)]
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const size = event.shiftKey ? 0.25 : 1
    const move = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key]
    const raise = { ArrowUp: KEY_STEP, ArrowDown: -KEY_STEP }[event.key]
    if (move !== undefined) setAt(Math.min(POINTS - 1, Math.max(0, at + move)))
    else if (raise !== undefined) onDraw(raised(target, at, raise * size))
    else if (event.key === 'Home') setAt(0)
    else if (event.key === 'End') setAt(POINTS - 1)
    else return
    event.preventDefault()
  }

  return (
    <div class="curve-plot">
      <div
        class="plot-surface"
        tabIndex={0}
        role="application"
        aria-label="The curve to learn, and the network's answer"
        aria-describedby={help}
        onKeyDown={onKeyDown}
        onFocus={event => setFocused(event.currentTarget.matches(':focus-visible'))}
        onBlur={() => setFocused(false)}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          last.current = pointOf(event, event.currentTarget)
          onDraw(drawnThrough(target, last.current, last.current))
        }}
        onPointerMove={event => {
          if (!last.current) return
          const next = pointOf(event, event.currentTarget)
          onDraw(drawnThrough(target, last.current, next))
          last.current = next
          setAt(nearest(next[0]))
        }}
        onPointerUp={() => (last.current = null)}
        onPointerCancel={() => (last.current = null)}
      >
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
          <g class="tick">
            {[-2, -1, 0, 1, 2].map(y => (
              <g key={y}>
                <line x1={0} x2={WIDTH} y1={plotY(y)} y2={plotY(y)} />
                <text x={4} y={plotY(y) - 4}>
                  {String(y).replace('-', '−')}
                </text>
              </g>
            ))}
            {[-2, -1, 0, 1, 2].map(x => (
              <g key={x}>
                <line x1={plotX(x)} x2={plotX(x)} y1={0} y2={HEIGHT} />
                <text x={plotX(x) + 4} y={HEIGHT - 5}>
                  {String(x).replace('-', '−')}
                </text>
              </g>
            ))}
          </g>
          {partial?.last && <path class="part" d={pathOf(partial.last.values)} />}
          <path class="target" d={pathOf(target)} />
          {output && <path class={partial ? 'whole pale' : 'whole'} d={pathOf(output)} />}
          {partial && <path class="partial" d={pathOf(partial.sum)} />}
          {isFocused && <circle class="handle" cx={plotX(XS[at])} cy={plotY(target[at])} r={7} />}
        </svg>
      </div>
      <p class="legend">
        <span class="line-key target">the curve to learn</span>
        <span class="line-key">the network</span>
        {partial && (
          <span class="line-key partial">
            the sum of {partial.count === 1 ? 'one neuron' : `${partial.count} neurons`}
          </span>
        )}
        {partial?.last && <span class="line-key part">neuron {partial.last.neuron} alone</span>}
      </p>
      <p class="hint" id={help}>
        Draw on the plot to change the curve. With the keyboard: ← and → choose a place, ↑ and ↓ raise and lower the
        curve there, Shift makes finer steps.
      </p>
      <p class="sr-only" role="status">
        {isFocused ? `x = ${XS[at].toFixed(2)}, curve ${target[at].toFixed(2)}` : ''}
      </p>
    </div>
  )
}
