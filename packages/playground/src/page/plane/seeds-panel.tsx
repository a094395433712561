import { signal } from '@preact/signals'
import { askForSeeds, outputCount, seeds, setSetup, setup } from '../state.ts'
import { short } from './numbers.ts'
import { SmallPlane } from './small-plane.tsx'

const COUNT = 10
const GRID = 40
const EPOCHS = [20, 50, 100, 300] as const
const epochs = signal(100)

/** The same set-up from ten starts: is it the same line each time? */
export function SeedsPanel() {
  const answer = seeds.value
  return (
    <div class="seeds">
      <p class="row">
        <button type="button" onClick={() => askForSeeds(COUNT, epochs.value, GRID)}>
          Train from ten starts
        </button>
        <label class="inline-field">
          for{' '}
          <select value={String(epochs.value)} onChange={event => (epochs.value = Number(event.currentTarget.value))}>
            {EPOCHS.map(count => (
              <option key={count} value={String(count)}>
                {count} epochs
              </option>
            ))}
          </select>
        </label>
        <span class="hint">The same points, ten different first weights. Is it the same line each time?</span>
      </p>
      <ul class="seed-list" data-state={answer ? `${answer.runs.length} runs` : 'none'}>
        {answer?.runs.map(run => (
          <li key={run.seed}>
            <SmallPlane
              output={run.output}
              classes={outputCount.value}
              discretize={setup.value.discretize}
              label={`Plane from seed ${run.seed}`}
              rem={7}
            />
            <button
              type="button"
              title="Train in the large picture"
              onClick={() => setSetup({ ...setup.value, seed: run.seed })}
            >
              seed {run.seed}
            </button>
            <span>loss {short(run.loss)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
