import type { Setup } from '../../setup/setup.ts'
import { frame, keepRun, type KeptRun, keptRuns, outputCount, setSetup, setup } from '../state.ts'
import { percent, short } from './numbers.ts'
import { SmallPlane } from './small-plane.tsx'

const PLANE_REM = 7

/** Runs that were kept, beside the present one: what was changed, and what came of it. */
export function RunsPanel() {
  const kept = keptRuns.value
  const now = frame.value
  return (
    <div class="runs">
      <p class="row">
        <button type="button" disabled={!now || now.step === 0} onClick={keepRun}>
          Keep this run
        </button>
        <span class="hint">Keep a run, change one thing, train again: both curves and both planes stay visible.</span>
      </p>
      <ul class="run-list">
        {kept.map((run, i) => (
          <Run key={i} run={run} number={i + 1} before={kept.at(i - 1)?.setup ?? run.setup} isFirst={i === 0} />
        ))}
        {now && (
          <li class="run" data-state="present">
            <SmallPlane
              output={now.output}
              classes={outputCount.value}
              discretize={setup.value.discretize}
              label="Plane of this run"
              rem={PLANE_REM}
            />
            <RunFacts
              title="This run"
              now={now}
              differences={kept.length ? differences(kept[kept.length - 1].setup, setup.value) : []}
            />
          </li>
        )}
      </ul>
    </div>
  )
}

function Run({ run, number, before, isFirst }: { run: KeptRun; number: number; before: Setup; isFirst: boolean }) {
  const { frame: then, setup: its } = run
  return (
    <li class="run">
      <SmallPlane
        output={then.output}
        classes={run.classes}
        discretize={its.discretize}
        label={`Plane of run ${number}`}
        rem={PLANE_REM}
      />
      <div>
        <RunFacts title={`Run ${number}`} now={then} differences={isFirst ? [] : differences(before, its)} />
        <p class="row">
          <button type="button" aria-label={`Use again: the set-up of run ${number}`} onClick={() => setSetup(its)}>
            Use again
          </button>
          <button
            type="button"
            aria-label={`Forget run ${number}`}
            onClick={() => (keptRuns.value = keptRuns.value.filter(one => one !== run))}
          >
            Forget
          </button>
        </p>
      </div>
    </li>
  )
}

interface RunFactsProps {
  readonly title: string
  readonly now: Pick<KeptRun['frame'], 'epoch' | 'lossTest' | 'lossTrain' | 'accuracyTest'>
  readonly differences: readonly string[]
}

function RunFacts({ title, now, differences: changed }: RunFactsProps) {
  return (
    <div>
      <h3>{title}</h3>
      <p>
        epoch {now.epoch} · test loss <strong>{short(now.lossTest)}</strong> · training {short(now.lossTrain)}
        {!Number.isNaN(now.accuracyTest) && <> · {percent(now.accuracyTest)} correct</>}
      </p>
      {changed.map(text => (
        <p key={text} class="hint">
          {text}
        </p>
      ))}
    </div>
  )
}

/** What is different in the second set-up, as in "learningRate: 0.03 → 0.3". */
function differences(before: Setup, after: Setup): string[] {
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? value
          .map(one => (typeof one === 'object' ? layerText(one as Setup['layers'][number]) : String(one)))
          .join(', ') || 'none'
      : String(value)
  return (Object.keys(after) as (keyof Setup)[])
    .filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map(key => `${key}: ${text(before[key])} → ${text(after[key])}`)
}

const layerText = ({ neurons, activation, dropout }: Setup['layers'][number]): string =>
  [neurons, activation, dropout > 0 ? `dropout ${dropout}` : undefined].filter(part => part !== undefined).join(' ')
