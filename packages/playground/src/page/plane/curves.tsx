import { signal } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import type { CurvePoint } from '../../worker/history.ts'
import { type Palette, palette } from '../colours.ts'
import { curve, frame, keptRuns, seek } from '../state.ts'
import { Canvas, remPixels, type Size, useSize } from './canvas.tsx'
import { short } from './numbers.ts'

const logScale = signal(false)

/** The loss over the epochs, and a slider back to earlier moments. */
export function Curves() {
  const [ref, size] = useSize<HTMLDivElement>()
  const draw = useCallback((on: CanvasRenderingContext2D, area: Size) => {
    void curve.version.value
    const lines = [
      ...keptRuns.value.map(run => ({ points: run.curve, kept: true })),
      { points: curve.points, kept: false },
    ]
    drawCurves(on, area, lines, {
      log: logScale.value,
      palette: palette.value,
      wouldStopAt: frame.value?.wouldStopAt ?? null,
    })
  }, [])
  return (
    <div class="curves">
      <div class="curves-picture" ref={ref}>
        <Canvas size={size.value} draw={draw} label="Loss on training and test data over the epochs" />
      </div>
      <div class="curves-controls">
        <label class="check">
          <input
            type="checkbox"
            checked={logScale.value}
            onChange={({ currentTarget }) => (logScale.value = currentTarget.checked)}
          />
          Log scale
        </label>
        <Moments />
      </div>
      <EarlyStop />
    </div>
  )
}

function Moments() {
  const moments = frame.value?.moments ?? 0
  return (
    <label class="moments">
      <span>Back in time</span>
      <input
        type="range"
        min={0}
        max={Math.max(moments - 1, 1)}
        disabled={moments < 2}
        value={frame.value?.moment ?? 0}
        aria-label="Back to an earlier moment of the run"
        onInput={({ currentTarget }) => seek(currentTarget.valueAsNumber)}
      />
    </label>
  )
}

function EarlyStop() {
  const at = frame.value?.wouldStopAt ?? null
  return (
    <p class="hint early-stop" data-state="would-stop">
      {at !== null && (
        <>
          <span class="key key-stop" aria-hidden="true" /> Early stopping: at epoch {at}
        </>
      )}
    </p>
  )
}

interface Line {
  readonly points: readonly CurvePoint[]
  readonly kept: boolean
}

interface Look {
  readonly log: boolean
  readonly palette: Palette
  readonly wouldStopAt: number | null
}

/** In units of the root font size. */
const MARGIN_REM = { left: 2.7, right: 0.4, top: 0.45, bottom: 1.1 } as const
const FONT_REM = 0.72
const LEAST_LOG = 1e-6

const marginPixels = (rem: number) => ({
  left: MARGIN_REM.left * rem,
  right: MARGIN_REM.right * rem,
  top: MARGIN_REM.top * rem,
  bottom: MARGIN_REM.bottom * rem,
})

function drawCurves(on: CanvasRenderingContext2D, { width, height }: Size, lines: readonly Line[], look: Look): void {
  const { log, palette: colours, wouldStopAt } = look
  const rem = remPixels()
  const margin = marginPixels(rem)
  on.clearRect(0, 0, width, height)
  const all = lines.flatMap(({ points }) => points)
  const lastEpoch = Math.max(1, ...lines.map(({ points }) => points.at(-1)?.[0] ?? 0))
  let [low, high] = [Infinity, 0]
  for (const [, train, test] of all) {
    for (const loss of [train, test]) {
      if (!Number.isFinite(loss)) continue
      if (loss > high) high = loss
      if (loss < low) low = loss
    }
  }
  if (high === 0) [low, high] = [0.1, 0.5]
  const bottom = log ? Math.log10(Math.max(low, LEAST_LOG)) - 0.05 : 0
  const top = log ? Math.log10(Math.max(high, LEAST_LOG * 10)) + 0.05 : high * 1.05
  const x = (epoch: number) => margin.left + (epoch / lastEpoch) * (width - margin.left - margin.right)
  const y = (loss: number) => {
    const at = log ? Math.log10(Math.max(loss, LEAST_LOG)) : loss
    return margin.top + ((top - at) / (top - bottom || 1)) * (height - margin.top - margin.bottom)
  }
  drawGrid(
    on,
    width,
    height,
    colours,
    { low: log ? 10 ** bottom : 0, high: log ? 10 ** top : top, log, lastEpoch, rem },
    y,
  )
  if (wouldStopAt !== null && wouldStopAt <= lastEpoch) {
    on.setLineDash([3, 3])
    path(
      on,
      [
        [x(wouldStopAt), margin.top],
        [x(wouldStopAt), height - margin.bottom],
      ],
      colours.muted,
      1.5,
    )
    on.setLineDash([])
  }
  for (const { points, kept } of lines) {
    const shown = thinned(points, width)
    on.globalAlpha = kept ? 0.4 : 1
    path(
      on,
      shown.map(([epoch, train]) => [x(epoch), y(train)]),
      colours.muted,
      1.6,
    )
    path(
      on,
      shown.map(([epoch, , test]) => [x(epoch), y(test)]),
      colours.ink,
      2,
    )
  }
  on.globalAlpha = 1
}

interface Scale {
  readonly low: number
  readonly high: number
  readonly log: boolean
  readonly lastEpoch: number
  readonly rem: number
}

function drawGrid(
  on: CanvasRenderingContext2D,
  width: number,
  height: number,
  colours: Palette,
  { low, high, log, lastEpoch, rem }: Scale,
  y: (loss: number) => number,
): void {
  const margin = marginPixels(rem)
  on.font = `${FONT_REM * rem}px system-ui, sans-serif`
  on.fillStyle = colours.muted
  on.textAlign = 'right'
  on.textBaseline = 'middle'
  for (const tick of log ? logTicks(low, high) : [0, high / 2 / 1.05, high / 1.05]) {
    const at = y(tick)
    path(
      on,
      [
        [margin.left, at],
        [width - margin.right, at],
      ],
      colours.line,
      1,
    )
    on.fillText(log ? short(tick).replace(/0+$/, '') : short(tick), margin.left - 5, at)
  }
  on.textBaseline = 'bottom'
  on.textAlign = 'left'
  on.fillText('epoch 0', margin.left, height)
  on.textAlign = 'right'
  on.fillText(String(lastEpoch), width - margin.right, height)
}

const logTicks = (low: number, high: number): number[] => {
  const [from, to] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))]
  const stride = Math.max(1, Math.ceil((to - from + 1) / 4))
  const ticks = Array.from({ length: Math.max(to - from + 1, 0) }, (_, i) => 10 ** (from + i))
  return ticks.length > 0 ? ticks.filter((_, i) => i % stride === 0) : [high]
}

/** At most one point for each pixel. */
function thinned(points: readonly CurvePoint[], width: number): readonly CurvePoint[] {
  const stride = Math.ceil(points.length / Math.max(width, 1))
  return stride <= 1 ? points : points.filter((_, i) => i % stride === 0 || i === points.length - 1)
}

function path(on: CanvasRenderingContext2D, at: readonly (readonly number[])[], colour: string, width: number): void {
  on.beginPath()
  for (const [x, y] of at) {
    if (Number.isFinite(y)) on.lineTo(x, y)
  }
  on.strokeStyle = colour
  on.lineWidth = width
  on.lineJoin = 'round'
  on.stroke()
}
