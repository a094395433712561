import { useId } from 'preact/hooks'
import { WhoseFunctions } from '../panels/whose-functions.tsx'
import { percent } from './class-bars.tsx'
import type { ImageReader } from './image-reader.ts'
import { indexOfMost, type Look, MAX_EPSILON, SWEEP } from './look.ts'

const EPSILON_STEP = 0.005

/** Adversarial noise: how far, towards which class, and what the network reads then. */
export function AttackPanel({ reader, look }: { readonly reader: ImageReader; readonly look: Look }) {
  const { epsilon, target } = reader.attack.value
  const { classes } = reader.task
  const [clean, now] = [indexOfMost(look.clean), indexOfMost(look.probabilities)]
  const ids = { epsilon: useId(), target: useId(), title: useId() }
  return (
    <section class="panel" aria-labelledby={ids.title}>
      <h2 id={ids.title}>Adversarial noise</h2>
      <p class="hint">
        The gradient says for each pixel whether more or less light raises the loss J. Each pixel moves by ε in that
        direction: x + ε · sign(∇ₓ J), the <em>fast gradient sign method</em> (Goodfellow and others, 2015).
      </p>
      <div class="controls">
        <label for={ids.epsilon}>
          ε = <output>{epsilon.toFixed(3)}</output>
        </label>
        <input
          id={ids.epsilon}
          type="range"
          min="0"
          max={MAX_EPSILON}
          step={EPSILON_STEP}
          value={epsilon}
          aria-valuetext={`${epsilon.toFixed(3)}: read as ${classes[now]}, ${percent(look.probabilities[now])}`}
          onInput={event => (reader.attack.value = { target, epsilon: event.currentTarget.valueAsNumber })}
        />
        <div class="target">
          <label for={ids.target}>Change it to</label>
          <select
            id={ids.target}
            value={target ?? ''}
            onChange={event => {
              const { value } = event.currentTarget
              reader.attack.value = { epsilon, target: value === '' ? null : Number(value) }
            }}
          >
            <option value="">any other class</option>
            {classes.map((name, i) => (
              <option key={name} value={i}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </div>
      <SweepChart
        look={look}
        classes={classes}
        epsilon={epsilon}
        shown={[...new Set([clean, target ?? atMostNoise(look, classes.length), now])].slice(0, 3)}
      />
      <p class="verdict" role="status">
        {epsilon === 0
          ? `Without noise: ${classes[clean]}, ${percent(look.clean[clean])}.`
          : `With ε = ${epsilon.toFixed(3)}: ${classes[now]}, ${percent(look.probabilities[now])}${
              now === clean ? '.' : `. Without noise it is ${classes[clean]}.`
            }`}
      </p>
      {reader.task.name === 'digits' && (
        <WhoseFunctions worker={reader.worker}>
          The attack is ours. Start the playground in your course folder to see yours here.
        </WhoseFunctions>
      )}
    </section>
  )
}

/** The class that is read at the end of the sweep. */
const atMostNoise = (look: Look, classes: number): number => indexOfMost(look.sweep.subarray(-classes))

interface SweepProps {
  readonly look: Look
  readonly classes: readonly string[]
  readonly epsilon: number
  /** The classes to draw; the first is the answer without noise. */
  readonly shown: readonly number[]
}

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [320, 130, 44, 22]

/** Probabilities of some classes against ε. */
function SweepChart({ look, classes, epsilon, shown }: SweepProps) {
  const x = (value: number) => LEFT + (value / MAX_EPSILON) * (WIDTH - LEFT - 6)
  const y = (value: number) => 6 + (1 - value) * (HEIGHT - BOTTOM - 6)
  const count = classes.length
  const line = (label: number) =>
    SWEEP.map((value, i) => `${x(value).toFixed(1)},${y(look.sweep[i * count + label]).toFixed(1)}`).join(' ')
  return (
    <figure class="sweep">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Probability against ε, for ${listed(shown, classes)}`}
      >
        {[0, 0.5, 1].map(value => (
          <g key={value} class="tick">
            <line x1={LEFT} x2={WIDTH - 6} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 5} y={y(value) + 4} text-anchor="end">
              {100 * value} %
            </text>
          </g>
        ))}
        {[0, 0.1, 0.2, 0.3].map(value => (
          <text key={value} class="tick" x={x(value)} y={HEIGHT - 5} text-anchor={value === 0.3 ? 'end' : 'middle'}>
            {value}
          </text>
        ))}
        <line class="now" x1={x(epsilon)} x2={x(epsilon)} y1={y(1)} y2={y(0)} />
        {shown.map((label, i) => (
          <polyline key={label} class={`line-${i}`} points={line(label)} />
        ))}
      </svg>
      <figcaption>
        <span>Probability against ε: </span>
        {shown.map((label, i) => (
          <span key={label} class={`line-key line-${i}`}>
            {classes[label]}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

const listed = (labels: readonly number[], classes: readonly string[]): string =>
  labels.map(label => classes[label]).join(', ')
