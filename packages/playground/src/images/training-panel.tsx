import { useId, useState } from 'preact/hooks'
import type { ImageReader } from './image-reader.ts'

const EPOCHS = { least: 1, most: 20, first: 5 }

/** Trains a new network in the page, and draws how it goes. */
export function TrainingPanel({ reader, about }: { readonly reader: ImageReader; readonly about: string }) {
  const [epochs, setEpochs] = useState(EPOCHS.first)
  const ids = { title: useId(), epochs: useId() }
  const progress = reader.progress.value
  const last = progress.at(-1)
  const isTraining = reader.isTraining.value
  return (
    <section class="panel" aria-labelledby={ids.title}>
      <h2 id={ids.title}>Train one here</h2>
      <p class="hint">{about}</p>
      <div class="controls">
        <label for={ids.epochs}>Epochs</label>
        <input
          id={ids.epochs}
          type="number"
          min={EPOCHS.least}
          max={EPOCHS.most}
          value={epochs}
          disabled={isTraining}
          onInput={event => {
            const { valueAsNumber } = event.currentTarget
            if (Number.isInteger(valueAsNumber)) setEpochs(Math.min(EPOCHS.most, Math.max(EPOCHS.least, valueAsNumber)))
          }}
        />
        {isTraining ? (
          <button type="button" onClick={() => reader.stopTraining()}>
            Stop
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => reader.train(epochs)}>
            Train a new network
          </button>
        )}
      </div>
      {isTraining && !last && <p role="status">Fetching the images…</p>}
      {last && (
        <>
          <progress max={last.steps} value={last.step} aria-label="Steps of the training" />
          <p class="verdict">
            Step {last.step} of {last.steps}
            {Number.isNaN(last.loss) ? '' : `, loss ${last.loss.toFixed(3)}`}, {(100 * last.accuracy).toFixed(1)} % of
            the test images right
          </p>
          <div class="curves">
            <Curve title="Loss of the last 100 batches" progress={progress} value={one => one.loss} />
            <Curve title="Share of test images read right" progress={progress} value={one => one.accuracy} most={1} />
          </div>
        </>
      )}
    </section>
  )
}

interface CurveProps<P> {
  readonly title: string
  readonly progress: readonly P[]
  readonly value: (progress: P) => number
  /** The top of the axis; the largest value unless given. */
  readonly most?: number
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [240, 120, 34, 20]

/** A number of a training against its steps. */
export function Curve<P extends { readonly step: number; readonly steps: number }>({
  title,
  progress,
  value,
  most,
}: CurveProps<P>) {
  const points = progress.map(one => [one.step, value(one)] as const).filter(([, y]) => !Number.isNaN(y))
  const top = most ?? Math.max(0.1, ...points.map(([, y]) => y))
  const steps = progress[0].steps
  const x = (step: number) => LEFT + (step / steps) * (WIDTH - LEFT - 6)
  const y = (number: number) => 6 + (1 - number / top) * (HEIGHT - BOTTOM - 6)
  const last = points.at(-1)
  return (
    <figure class="curve">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title}: ${last ? last[1].toFixed(3) : 'no value yet'}`}
      >
        {[0, top / 2, top].map(number => (
          <g key={number} class="tick">
            <line x1={LEFT} x2={WIDTH - 6} y1={y(number)} y2={y(number)} />
            <text x={LEFT - 5} y={y(number) + 4} text-anchor="end">
              {most === 1 ? `${100 * number} %` : number.toFixed(1)}
            </text>
          </g>
        ))}
        <text class="tick" x={WIDTH - 6} y={HEIGHT - 4} text-anchor="end">
          step {steps}
        </text>
        <polyline class="line-0" points={points.map(([step, number]) => `${x(step)},${y(number)}`).join(' ')} />
        {last && <circle class="line-0" cx={x(last[0])} cy={y(last[1])} r="2.5" />}
      </svg>
      <figcaption>{title}</figcaption>
    </figure>
  )
}
