import {
  ACTIVATIONS,
  type Init,
  INITS,
  type Loss,
  PENALTIES,
  type Rule,
  RULES,
  type Schedule,
  SCHEDULES,
  type Setup,
  usedLoss,
} from '../../setup/setup.ts'
import {
  change,
  epoch,
  frame,
  hidden,
  playing,
  playOrPause,
  reset,
  setSpeed,
  setup,
  step,
  stepOne,
  stepsPerFrame,
} from '../state.ts'
import { SelectField } from './field.tsx'
import { activationName } from './numbers.ts'

/** What starts, stops and decides the training. */
export function Controls() {
  return (
    <div class="control-bar">
      <Transport />
      <Choices />
    </div>
  )
}

const SPEEDS = [1, 5, 25, 100, 400, Infinity] as const

const speedName = (steps: number): string =>
  steps === Infinity ? 'as fast as it goes' : `${steps} ${steps === 1 ? 'batch' : 'batches'} a frame`

function Transport() {
  const isHidden = (name: string) => hidden.value.has(name)
  return (
    <div class="transport" role="group" aria-label="Training">
      {!isHidden('resetButton') && (
        <button
          type="button"
          class="icon"
          aria-label="Reset"
          title="Start over with the same weights"
          onClick={() => reset()}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 12a7 7 0 1 0 2.3-5.2M5 4v4.2h4.2" />
          </svg>
        </button>
      )}
      {!isHidden('playButton') && (
        <button
          type="button"
          class="play"
          aria-label={playing.value ? 'Pause' : 'Play'}
          title={playing.value ? 'Pause (space)' : 'Play (space)'}
          data-state={playing.value ? 'playing' : 'paused'}
          onClick={playOrPause}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d={playing.value ? 'M7 5h4v14H7zM13 5h4v14h-4z' : 'M8 4.5v15l12-7.5z'} />
          </svg>
        </button>
      )}
      {!isHidden('stepButton') && (
        <div class="steps" role="group" aria-label="One step">
          <span class="hint">One</span>
          {(['example', 'batch', 'epoch'] as const).map(unit => (
            <button key={unit} type="button" aria-label={`One ${unit}`} onClick={() => stepOne(unit)}>
              {unit}
            </button>
          ))}
        </div>
      )}
      <div class="clock">
        <span class="clock-epoch">
          <span class="clock-name">Epoch</span> <output data-state="epoch">{grouped(epoch.value)}</output>
        </span>
        <span class="hint">
          step <output data-state="step">{grouped(step.value)}</output>
          <Speed />
        </span>
      </div>
      <SelectField label="Speed" value={stepsPerFrame.value} options={SPEEDS} name={speedName} onChange={setSpeed} />
    </div>
  )
}

function Speed() {
  const speed = frame.value?.speed ?? 0
  return playing.value && speed > 0 ? <> · {grouped(Math.round(speed))} steps/s</> : null
}

const grouped = (count: number): string => Math.floor(count).toLocaleString('en').replaceAll(',', '\u202f')

const LEARNING_RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] as const
const PENALTY_RATES = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] as const

const LOSS_NAMES: Record<Loss, string> = {
  squared: 'squared',
  absolute: 'absolute',
  logistic: 'logistic',
  'cross-entropy': 'cross-entropy',
}
const RULE_NAMES: Record<Rule, string> = {
  sgd: 'SGD',
  momentum: 'momentum',
  rmsprop: 'RMSProp',
  adam: 'Adam',
  adamw: 'AdamW',
}
const SCHEDULE_NAMES: Record<Schedule, string> = { constant: 'constant', step: 'in steps', cosine: 'cosine' }
const INIT_NAMES: Record<Init, string> = {
  uniform: 'uniform ±½',
  glorot: 'Glorot',
  he: 'He',
  zeros: 'all zero',
  same: 'all the same',
}

/** The losses that fit the problem. */
function lossesFor({ problem, dataset }: Setup): readonly Loss[] {
  if (problem === 'regression') return ['squared', 'absolute']
  return dataset === 'classes' ? ['cross-entropy'] : ['squared', 'logistic', 'absolute']
}

const plain = (value: number): string => (value === 0.00001 ? '0.00001' : String(value))

function Choices() {
  const now = setup.value
  return (
    <div class="choices" role="group" aria-label="How it learns">
      <SelectField
        label="Problem"
        hides="problem"
        value={now.problem}
        options={['classification', 'regression'] as const}
        name={problem => problem}
        onChange={problem => change({ problem })}
      />
      <SelectField
        label="Activation"
        hides="activation"
        value={now.activation}
        options={ACTIVATIONS}
        name={activationName}
        onChange={activation => change({ activation })}
      />
      <SelectField
        label="Loss"
        hides="loss"
        value={usedLoss(now)}
        options={lossesFor(now)}
        name={loss => LOSS_NAMES[loss]}
        onChange={loss => change({ loss })}
      />
      <SelectField
        label="Learning rate"
        hides="learningRate"
        value={now.learningRate}
        options={LEARNING_RATES}
        name={plain}
        onChange={learningRate => change({ learningRate })}
      />
      <SelectField
        label="Update rule"
        hides="rule"
        value={now.rule}
        options={RULES}
        name={rule => RULE_NAMES[rule]}
        onChange={rule => change({ rule })}
      />
      <SelectField
        label="Schedule"
        hides="schedule"
        value={now.schedule}
        options={SCHEDULES}
        name={schedule => SCHEDULE_NAMES[schedule]}
        onChange={schedule => change({ schedule })}
      />
      <SelectField
        label="Regularization"
        hides="regularization"
        value={now.penalty}
        options={PENALTIES}
        name={penalty => penalty}
        onChange={penalty => change({ penalty })}
      />
      <SelectField
        label="Reg. rate"
        hides="regularizationRate"
        value={now.penaltyRate}
        options={PENALTY_RATES}
        name={plain}
        onChange={penaltyRate => change({ penaltyRate })}
      />
      <SelectField
        label="First weights"
        hides="init"
        value={now.init}
        options={INITS}
        name={init => INIT_NAMES[init]}
        onChange={init => change({ init })}
      />
    </div>
  )
}
