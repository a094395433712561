import { useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { layerActivations, manyClasses } from '../../setup/setup.ts'
import { frame, layout, type Neuron, selected, setup, setWeight, sizes } from '../state.ts'
import { activationName, neuronName } from './numbers.ts'
import { FEATURE_LABELS } from './pictures.ts'

/** The numbers of the selected neuron, to read and to change. */
export function Inspector() {
  const neuron = selected.value
  const place = neuron ? layout.value.layers.at(neuron.layer - 1) : undefined
  if (!neuron || !place || neuron.index >= place.outputs) {
    return (
      <p class="hint inspector-hint">
        Select a line or a neuron to see its weights and change them. Select a feature to switch it on or off.
      </p>
    )
  }
  const names = Array.from({ length: place.inputs }, (_, from) => inputName(neuron, from))
  return (
    <section class="inspector" aria-label={`Numbers of: ${neuronName(neuron, sizes.value)}`}>
      <header>
        <h3>{neuronName(neuron, sizes.value)}</h3>
        <p class="math">{formulaOf(neuron)}</p>
        <button type="button" class="round" aria-label="Close" onClick={() => (selected.value = null)}>
          ×
        </button>
      </header>
      <div class="inspector-numbers">
        <NumberOf key={`${neuron.layer}:${neuron.index}:b`} label="bias b" index={place.biases + neuron.index} />
        {names.map((name, from) => (
          <NumberOf
            key={`${neuron.layer}:${neuron.index}:${from}`}
            label={`weight of ${name}`}
            index={place.weights + from * place.outputs + neuron.index}
            from={from}
          />
        ))}
      </div>
    </section>
  )
}

function inputName({ layer }: Neuron, from: number): string {
  return layer === 1 ? FEATURE_LABELS[setup.value.features[from]] : `a${subscript(from + 1)}`
}

const subscript = (n: number): string =>
  [...String(n)].map(digit => String.fromCodePoint(0x2080 + Number(digit))).join('')

function formulaOf({ layer }: Neuron): string {
  if (manyClasses(setup.value) && layer === sizes.value.length - 1) return 'softmax of Σ wᵢ · inputᵢ + b'
  const activation = layerActivations(setup.value)[layer - 1]
  return activation === 'linear' ? 'Σ wᵢ · inputᵢ + b' : `${activationName(activation)}(Σ wᵢ · inputᵢ + b)`
}

const DECIMALS = 3

/** One weight or bias. Follows the training, but not while it is being typed. */
function NumberOf({ label, index, from }: { label: string; index: number; from?: number }) {
  const ref = useRef<HTMLInputElement>(null)
  useSignalEffect(() => {
    const value = frame.value?.theta.at(index)
    const input = ref.current
    if (!input || value === undefined || document.activeElement === input) return
    input.value = value.toFixed(DECIMALS)
  })
  return (
    <label class="field">
      <span class="math">{label}</span>
      <input
        ref={ref}
        type="number"
        step="0.1"
        data-weight={from ?? 'bias'}
        defaultValue={frame.peek()?.theta.at(index)?.toFixed(DECIMALS)}
        onInput={({ currentTarget }) => {
          if (Number.isFinite(currentTarget.valueAsNumber)) setWeight(index, currentTarget.valueAsNumber)
        }}
      />
    </label>
  )
}
