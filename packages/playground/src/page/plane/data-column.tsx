import { signal, useComputed } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import { parseFormula } from '../../data/formula.ts'
import { makePoints } from '../../data/points.ts'
import { type ClassSet, DEFAULT_SETUP, MOST, type ValueSet } from '../../setup/setup.ts'
import { palette } from '../colours.ts'
import { change, hidden, newSeed, newWeights, own, setup } from '../state.ts'
import { Canvas, remPixels } from './canvas.tsx'
import { RangeField } from './field.tsx'
import { Brush, FileDrop, FileField } from './own-points.tsx'
import { drawPoints } from './points-drawing.ts'

const CLASS_NAMES: Record<ClassSet, string> = {
  circle: 'Circle',
  xor: 'XOR',
  gauss: 'Two clouds',
  spiral: 'Spiral',
  classes: 'Classes',
  formula: 'Formula',
  painted: 'Painted',
  file: 'CSV file',
}
const VALUE_NAMES: Record<ValueSet, string> = { 'reg-plane': 'Plane', 'reg-gauss': 'Hills' }

/** Which points there are, and which of them are trained on. */
export function DataColumn() {
  const now = setup.value
  return (
    <section class="data" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      {!hidden.value.has('dataset') && (now.problem === 'regression' ? <ValueSets /> : <ClassSets />)}
      {now.problem === 'classification' && <SetDetails />}
      <RangeField
        label="Training share"
        hides="percTrainData"
        value={now.trainShare}
        min={10}
        max={90}
        step={10}
        unit=" %"
        onChange={trainShare => change({ trainShare })}
      />
      <RangeField
        label="Noise"
        hides="noise"
        value={now.noise}
        min={0}
        max={50}
        step={5}
        unit=" %"
        onChange={noise => change({ noise })}
      />
      <RangeField
        label="Batch size"
        hides="batchSize"
        value={now.batchSize}
        min={1}
        max={30}
        step={1}
        onChange={batchSize => change({ batchSize })}
      />
      <Seed />
      <FileDrop />
    </section>
  )
}

function ClassSets() {
  const shown: ClassSet[] = ['circle', 'xor', 'gauss', 'spiral', 'classes', 'formula', 'painted', 'file']
  return (
    <div class="sets" role="radiogroup" aria-label="Dataset">
      {shown.map(name => (
        <SetChoice
          key={name}
          label={CLASS_NAMES[name]}
          chosen={setup.value.dataset === name}
          onChoose={() => change({ dataset: name })}
          thumbnail={{ dataset: name }}
        />
      ))}
    </div>
  )
}

function ValueSets() {
  return (
    <div class="sets" role="radiogroup" aria-label="Dataset">
      {(['reg-plane', 'reg-gauss'] as const).map(name => (
        <SetChoice
          key={name}
          label={VALUE_NAMES[name]}
          chosen={setup.value.regDataset === name}
          onChoose={() => change({ regDataset: name })}
          thumbnail={{ problem: 'regression', regDataset: name }}
        />
      ))}
    </div>
  )
}

interface SetChoiceProps {
  readonly label: string
  readonly chosen: boolean
  readonly thumbnail: Partial<typeof DEFAULT_SETUP>
  readonly onChoose: () => void
}

/** A radio button with a picture of the points. */
function SetChoice({ label, chosen, thumbnail, onChoose }: SetChoiceProps) {
  const key = JSON.stringify(thumbnail)
  const shown = useComputed(() => {
    const { classes, formula } = setup.value
    return makePoints({ ...DEFAULT_SETUP, classes, formula, ...thumbnail }, own.value).train
  })
  const count = thumbnail.dataset === 'classes' ? setup.value.classes : 1
  const draw = useCallback(
    (on: CanvasRenderingContext2D, { width }: { width: number }) => {
      on.clearRect(0, 0, width, width)
      drawPoints(on, shown.value, width, {
        palette: palette.value,
        classes: count,
        radius: width / 40,
        edge: 'transparent',
      })
    },
    [key, count, shown],
  )
  const side = 3 * remPixels()
  const size = { width: side, height: side }
  return (
    <label class="set" title={label}>
      <input type="radio" name="dataset" checked={chosen} onChange={onChoose} />
      {shown.value.target.length > 0 ? <Canvas size={size} draw={draw} /> : <span class="set-empty">+</span>}
      <span>{label}</span>
    </label>
  )
}

/** What some sets have besides: how many classes, a formula, a brush, a file. */
function SetDetails() {
  const { dataset, classes } = setup.value
  if (dataset === 'classes') {
    return (
      <RangeField
        label="Classes"
        value={classes}
        min={2}
        max={MOST.classes}
        step={1}
        onChange={next => change({ classes: next })}
      />
    )
  }
  if (dataset === 'formula') return <FormulaField />
  if (dataset === 'painted') return <Brush />
  if (dataset === 'file') return <FileField />
  return null
}

const formulaError = signal('')

function FormulaField() {
  const read = (text: string) => {
    const formula = parseFormula(text)
    formulaError.value = 'error' in formula ? formula.error : ''
    if (!formulaError.value) change({ formula: text })
  }
  return (
    <label class="field">
      <span class="math">blue above x₂ =</span>
      <input
        type="text"
        value={setup.value.formula}
        spellcheck={false}
        aria-label="Formula in x: points above its curve are blue"
        aria-invalid={formulaError.value !== ''}
        aria-describedby="formula-error"
        onInput={({ currentTarget }) => read(currentTarget.value)}
      />
      <span id="formula-error" class="problem" role="status">
        {formulaError}
      </span>
    </label>
  )
}

function Seed() {
  if (hidden.value.has('seed')) return null
  return (
    <div class="seed">
      <label class="field">
        <span>Seed</span>
        <input
          type="text"
          value={setup.value.seed}
          spellcheck={false}
          autocomplete="off"
          onChange={({ currentTarget }) => {
            const seed = currentTarget.value.trim()
            if (seed) change({ seed })
            else currentTarget.value = setup.value.seed
          }}
        />
      </label>
      <button type="button" onClick={newSeed} title="Other points, other first weights">
        New data
      </button>
      <button type="button" onClick={newWeights} title="The same points, other first weights">
        New weights
      </button>
    </div>
  )
}
