import { pathOf, PLOT } from './curve-plot.tsx'
import type { Part } from './one-hidden-layer.ts'

/** A small picture needs fewer points. */
const EVERY = 4

interface NeuronTilesProps {
  readonly parts: readonly Part[]
  /** How many of them are added up. */
  readonly count: number
  readonly onChoose: (count: number) => void
}

/** What each neuron adds, as small pictures; a click adds up all neurons to that one. */
export function NeuronTiles({ parts, count, onChoose }: NeuronTilesProps) {
  return (
    <div class="neuron-tiles">
      {parts.map(({ neuron, values }, i) => (
        <button
          key={i}
          type="button"
          class={i < count ? 'added' : ''}
          aria-label={`Add up to neuron ${neuron}, which goes from ${extremes(values)}`}
          onClick={() => onChoose(i + 1)}
        >
          <svg viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} aria-hidden="true">
            <line x1={0} x2={PLOT.width} y1={PLOT.height / 2} y2={PLOT.height / 2} />
            <path d={pathOf(values, EVERY)} />
          </svg>
          <span aria-hidden="true">{neuron}</span>
        </button>
      ))}
    </div>
  )
}

const extremes = (values: Float64Array): string => {
  const [first, last] = [values[0], values[values.length - 1]]
  return `${first.toFixed(1)} to ${last.toFixed(1)}`
}
