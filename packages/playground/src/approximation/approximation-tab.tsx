import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useId, useState } from 'preact/hooks'
import { openApproximationTrainer } from './approximation-trainer.ts'
import { CurvePlot } from './curve-plot.tsx'
import { NeuronTiles } from './neuron-tiles.tsx'
import { type Bend, BENDS, contributions, type Part, sumOf } from './one-hidden-layer.ts'
import { curveOf, EXAMPLE_CURVES, POINTS, XS } from './target-curve.ts'

import '../panels/panels.css'
import './approximation.css'

const MOST_NEURONS = 64

/** A curve, one hidden layer, and the sum of its neurons: the universal approximation theorem to play with. */
export function ApproximationTab() {
  const [trainer] = useState(openApproximationTrainer)
  const formula = useSignal(EXAMPLE_CURVES[0].formula)
  /** `null` while the formula decides. */
  const drawn = useSignal<Float64Array | null>(null)
  const width = useSignal(8)
  const bend = useSignal<Bend>('tanh')
  const seed = useSignal(1)
  const isPlaying = useSignal(false)
  /** How many neurons to add up; `null` means all. */
  const shown = useSignal<number | null>(null)
  const largestFirst = useSignal(true)

  const curve = useComputed(() => curveOf(formula.value))
  /** The last curve that could be drawn: a half-typed formula changes nothing. */
  const target = useSignal<Float64Array>(new Float64Array(POINTS))
  const next = drawn.value ?? ('ys' in curve.value ? curve.value.ys : null)
  if (next !== null && next !== target.peek()) target.value = next

  useEffect(() => () => trainer.close(), [trainer])
  useEffect(() => trainer.ask({ kind: 'curve', ys: target.value }), [target.value])
  useEffect(
    () => trainer.ask({ kind: 'network', width: width.value, bend: bend.value, seed: seed.value }),
    [width.value, bend.value, seed.value],
  )
  useEffect(() => trainer.ask({ kind: isPlaying.value ? 'play' : 'pause' }), [isPlaying.value])

  const state = trainer.state.value
  const parts = state ? ordered(contributions(state.weights, state.bend, XS), largestFirst.value) : []
  const c = state?.weights.c ?? 0
  const count = Math.min(shown.value ?? parts.length, parts.length)
  const isPartial = shown.value !== null && state !== null
  const ids = { formula: useId(), example: useId(), width: useId(), bend: useId(), shown: useId(), about: useId() }
  return (
    <div class="approximation-tab">
      <section class="panel plot-panel" aria-label="Curve and network">
        <CurvePlot
          target={target.value}
          onDraw={ys => (drawn.value = ys)}
          output={
            state &&
            sumOf(
              c,
              parts.map(({ values }) => values),
              POINTS,
            )
          }
          partial={
            isPartial
              ? {
                  count,
                  sum: sumOf(
                    c,
                    parts.slice(0, count).map(({ values }) => values),
                    POINTS,
                  ),
                  last: count > 0 ? parts[count - 1] : null,
                }
              : null
          }
        />
        <p class="verdict">
          {state
            ? `Step ${state.step.toLocaleString('en')}, loss ${lossText(state.loss)}`
            : 'Loading the kernels that train…'}
        </p>
        {trainer.failure.value !== null && (
          <p class="failure" role="alert">
            {trainer.failure.value}
          </p>
        )}
      </section>
      <section class="panel" aria-label="Set-up">
        <label class="field" for={ids.formula}>
          <span>f(x) =</span>
          <input
            id={ids.formula}
            type="text"
            spellcheck={false}
            autocomplete="off"
            value={formula.value}
            aria-invalid={drawn.value === null && 'error' in curve.value}
            onInput={event => {
              formula.value = event.currentTarget.value
              drawn.value = null
            }}
          />
        </label>
        <CurveNote curve={drawn.value === null ? curve.value : null} />
        <label class="field" for={ids.example}>
          <span>Or choose a curve</span>
          <select
            id={ids.example}
            value={drawn.value === null ? formula.value : ''}
            onChange={event => {
              formula.value = event.currentTarget.value
              drawn.value = null
            }}
          >
            <option value="" disabled>
              {drawn.value === null ? 'typed' : 'drawn'}
            </option>
            {EXAMPLE_CURVES.map(({ name, formula }) => (
              <option key={name} value={formula}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field" for={ids.width}>
          <span>
            Hidden neurons: <output>{width.value}</output> ({3 * width.value + 1} parameters)
          </span>
          <input
            id={ids.width}
            type="range"
            min="1"
            max={MOST_NEURONS}
            value={width.value}
            onInput={event => (width.value = event.currentTarget.valueAsNumber)}
          />
        </label>
        <label class="field" for={ids.bend}>
          <span>Activation φ</span>
          <select
            id={ids.bend}
            value={bend.value}
            onChange={event => (bend.value = BENDS[event.currentTarget.selectedIndex])}
          >
            {BENDS.map(name => (
              <option key={name} value={name}>
                {name === 'relu' ? 'ReLU' : name}
              </option>
            ))}
          </select>
        </label>
        <div class="controls">
          <button type="button" class="primary" onClick={() => (isPlaying.value = !isPlaying.value)}>
            {isPlaying.value ? 'Pause' : 'Train'}
          </button>
          <button type="button" disabled={isPlaying.value} onClick={() => trainer.ask({ kind: 'step' })}>
            One step
          </button>
          <button type="button" onClick={() => (seed.value += 1)}>
            New weights
          </button>
        </div>
      </section>
      <section class="panel wide" aria-labelledby={ids.about}>
        <h2 id={ids.about}>
          Neuron by neuron: y = c + Σ v<sub>j</sub> φ(w<sub>j</sub> x + b<sub>j</sub>)
        </h2>
        <div class="controls">
          <label class="field grow" for={ids.shown}>
            <span>
              Add up <output>{isPartial ? count : 'all'}</output> {isPartial ? `of ${parts.length}` : 'neurons'}
            </span>
            <input
              id={ids.shown}
              type="range"
              min="0"
              max={parts.length}
              value={count}
              aria-valuetext={`${count} of ${parts.length} neurons`}
              onInput={event => {
                const { valueAsNumber } = event.currentTarget
                shown.value = valueAsNumber === parts.length ? null : valueAsNumber
              }}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={largestFirst.value}
              onChange={event => (largestFirst.value = event.currentTarget.checked)}
            />
            Largest first
          </label>
        </div>
        <NeuronTiles parts={parts} count={count} onChoose={chosen => (shown.value = chosen)} />
      </section>
      <Theorem />
    </div>
  )
}

/** In the order of the neurons, or by how much they vary over the curve. */
function ordered(all: readonly Float64Array[], largestFirst: boolean): Part[] {
  const parts = all.map((values, j) => ({ neuron: j + 1, values, spread: spreadOf(values) }))
  return largestFirst ? parts.sort((a, b) => b.spread - a.spread) : parts
}

function spreadOf(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

const lossText = (loss: number): string => (loss >= 0.001 ? loss.toFixed(4) : loss.toExponential(1))

function CurveNote({ curve }: { readonly curve: ReturnType<typeof curveOf> | null }) {
  if (curve === null) return <p class="hint">You drew this curve. Type a formula or choose a curve to replace it.</p>
  if ('error' in curve)
    return (
      <p class="failure" role="alert">
        {curve.error}
      </p>
    )
  return curve.note === null ? null : <p class="hint">{curve.note}</p>
}

function Theorem() {
  const title = useId()
  return (
    <section class="panel wide theorem" aria-labelledby={title}>
      <h2 id={title}>The universal approximation theorem</h2>
      <p>
        One hidden layer is enough: for every continuous curve on an interval and every ε &gt; 0 there is a number of
        neurons, and there are weights, with which the network is nowhere further than ε from the curve. Cybenko (1989)
        proved it for sigmoids, Hornik (1991) for every bounded activation that isn't constant. ReLU works too: with H
        of them, the network is a line with at most H bends.
      </p>
      <p>
        The theorem doesn't say how many neurons you need, nor that training finds the weights. Try it: |x| − 1 takes
        two ReLUs; a step, which isn't continuous, gets steeper with each neuron, but never exact; and the chirp needs
        more neurons where it is fast.
      </p>
    </section>
  )
}
