import type { Signal } from '@preact/signals'
import { useId, useRef, useState } from 'preact/hooks'
import type { Point, Stroke } from './centre-digit.ts'

/** The pen moves by this share of the pad for one arrow key, and by a quarter of it with Shift. */
const KEY_STEP = 1 / 28

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** A square to draw on with mouse, finger or pen, or with the keyboard. */
export function DrawingPad({ strokes }: { readonly strokes: Signal<readonly Stroke[]> }) {
  const [pen, setPen] = useState<{ readonly at: Point; readonly isDown: boolean }>({ at: [0.5, 0.5], isDown: false })
  const [isFocused, setFocused] = useState(false)
  const drawing = useRef(false)
  const help = useId()

  const begin = (point: Point) => (strokes.value = [...strokes.value, [point]])
  const extend = (points: readonly Point[]) => {
    const last = strokes.value.at(-1)
    if (last) strokes.value = [...strokes.value.slice(0, -1), [...last, ...points]]
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key]
    if (arrow) {
      const step = event.shiftKey ? KEY_STEP / 4 : KEY_STEP
      const at: Point = [clamped(pen.at[0] + step * arrow[0]), clamped(pen.at[1] + step * arrow[1])]
      setPen({ ...pen, at })
      if (pen.isDown) extend([at])
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (!pen.isDown) begin(pen.at)
      setPen({ ...pen, isDown: !pen.isDown })
    } else if (event.key === 'Backspace') {
      strokes.value = strokes.value.slice(0, -1)
      setPen({ ...pen, isDown: false })
    } else if (event.key === 'Delete') {
      strokes.value = []
      setPen({ ...pen, isDown: false })
    } else return
    event.preventDefault()
  }

  return (
    <div class="pad">
      <div
        class="pad-surface"
        tabIndex={0}
        role="application"
        aria-label="Drawing pad"
        aria-describedby={help}
        onKeyDown={onKeyDown}
        onFocus={event => setFocused(event.currentTarget.matches(':focus-visible'))}
        onBlur={() => {
          setFocused(false)
          setPen({ ...pen, isDown: false })
        }}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          drawing.current = true
          begin(pointOf(event, event.currentTarget))
        }}
        onPointerMove={event => {
          if (!drawing.current) return
          const surface = event.currentTarget
          const all = event.getCoalescedEvents()
          extend((all.length > 0 ? all : [event]).map(one => pointOf(one, surface)))
        }}
        onPointerUp={() => (drawing.current = false)}
        onPointerCancel={() => (drawing.current = false)}
      >
        <svg viewBox="0 0 1 1" aria-hidden="true">
          {strokes.value.map((stroke, i) => (
            <polyline key={i} points={[...stroke, stroke[stroke.length - 1]].map(([x, y]) => `${x},${y}`).join(' ')} />
          ))}
          {isFocused && (
            <circle
              class={pen.isDown ? 'pen down' : 'pen'}
              cx={pen.at[0]}
              cy={pen.at[1]}
              r={pen.isDown ? 0.02 : 0.03}
            />
          )}
        </svg>
      </div>
      <p class="hint" id={help}>
        Draw with mouse or finger. With the keyboard: arrow keys move the pen (with Shift in finer steps), Space puts it
        down and lifts it, Backspace takes the last stroke back, Delete clears.
      </p>
    </div>
  )
}

const clamped = (value: number) => Math.min(1, Math.max(0, value))

function pointOf({ clientX, clientY }: PointerEvent, surface: Element): Point {
  const { left, top, width, height } = surface.getBoundingClientRect()
  return [clamped((clientX - left) / width), clamped((clientY - top) / height)]
}
