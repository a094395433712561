import { signal } from '@preact/signals'
import { RADIUS } from '../../data/points.ts'
import { brush, painted, paintPoints, setup } from '../state.ts'

interface Place {
  readonly x: number
  readonly y: number
}

/** Where the keyboard's brush is; null while the plane hasn't the focus. */
const cursor = signal<Place | null>(null)
let last: Place | null = null

const SPACING = 0.35
const ERASER = 0.5
const STEP = { plain: 0.5, fine: 0.1 } as const

/** Lies above the plane and paints points where the pointer or the arrow keys are. */
export function Painting() {
  if (setup.value.problem !== 'classification' || setup.value.dataset !== 'painted') return null
  return (
    <div
      class="painting"
      role="application"
      tabIndex={0}
      aria-label="Painting: arrow keys move the brush (Shift for small steps), Enter paints, and 1, 2 or 0 choose blue, orange or the eraser"
      onPointerDown={event => {
        event.currentTarget.setPointerCapture(event.pointerId)
        last = null
        paintAt(placeOf(event), false)
      }}
      onPointerMove={event => {
        if (event.buttons === 1) paintAt(placeOf(event), false)
      }}
      onPointerUp={() => paintPoints(painted.value, true)}
      onFocus={() => (cursor.value = cursor.value ?? { x: 0, y: 0 })}
      onBlur={() => (cursor.value = null)}
      onKeyDown={onKey}
    >
      {cursor.value && (
        <span
          class="cursor"
          style={{
            left: `${((cursor.value.x + RADIUS) / (2 * RADIUS)) * 100}%`,
            top: `${((RADIUS - cursor.value.y) / (2 * RADIUS)) * 100}%`,
          }}
        />
      )}
      <span class="sr-only" role="status">
        {cursor.value && `x₁ ${cursor.value.x.toFixed(1)}, x₂ ${cursor.value.y.toFixed(1)}`}
      </span>
    </div>
  )
}

function placeOf(event: PointerEvent & { currentTarget: HTMLElement }): Place {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
  return {
    x: ((event.clientX - left) / width) * 2 * RADIUS - RADIUS,
    y: RADIUS - ((event.clientY - top) / height) * 2 * RADIUS,
  }
}

function paintAt(place: Place, done: boolean): void {
  if (Math.abs(place.x) > RADIUS || Math.abs(place.y) > RADIUS) return
  const { at, target } = painted.value
  const points = Array.from(target, (label, i) => ({ x: at[2 * i], y: at[2 * i + 1], label }))
  const isFar = (one: Place, by: number) => Math.hypot(one.x - place.x, one.y - place.y) > by
  if (brush.value === 0) {
    const kept = points.filter(point => isFar(point, ERASER))
    if (kept.length < points.length || done) put(kept, done)
  } else if (!last || isFar(last, SPACING)) {
    last = place
    put([...points, { ...place, label: brush.value }], done)
  }
}

function put(points: readonly (Place & { label: number })[], done: boolean): void {
  const at = Float64Array.from(points.flatMap(({ x, y }) => [x, y]))
  paintPoints({ at, target: Float64Array.from(points, ({ label }) => label) }, done)
}

function onKey(event: KeyboardEvent): void {
  const place = cursor.value
  if (!place) return
  const by = event.shiftKey ? STEP.fine : STEP.plain
  const to = {
    ArrowLeft: { x: place.x - by, y: place.y },
    ArrowRight: { x: place.x + by, y: place.y },
    ArrowUp: { x: place.x, y: place.y + by },
    ArrowDown: { x: place.x, y: place.y - by },
  }[event.key]
  const colour = ({ '1': 1, '2': -1, '0': 0 } as const)[event.key]
  if (to) {
    const inside = (value: number) => Math.min(Math.max(value, -RADIUS), RADIUS)
    cursor.value = { x: inside(to.x), y: inside(to.y) }
  } else if (colour !== undefined) brush.value = colour
  else if (event.key === 'Enter' || event.key === ' ') {
    last = null
    paintAt(place, true)
  } else return
  event.preventDefault()
  event.stopPropagation()
}
