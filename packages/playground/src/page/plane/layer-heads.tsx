import {
  type Activation,
  ACTIVATIONS,
  type HiddenLayer,
  layerActivations,
  manyClasses,
  MOST,
} from '../../setup/setup.ts'
import { change, setup } from '../state.ts'
import type { NetworkLayout } from './network-layout.ts'
import { activationName } from './numbers.ts'
import { Stepper } from './stepper.tsx'

/** What is set for each layer, above its column. */
export function LayerHeads({ layout }: { layout: NetworkLayout }) {
  const { layers } = setup.value
  const setLayer = (i: number, part: Partial<HiddenLayer>) =>
    change({ layers: layers.map((layer, at) => (at === i ? { ...layer, ...part } : layer)) })
  const left = (column: number) => ({ left: `${layout.columns[column].x}px` })
  return (
    <>
      <div class="layer-head layer-head-features" style={{ left: '0px' }}>
        <span class="layer-name">Features</span>
      </div>
      {layers.map((layer, i) => (
        <LayerHead key={i} layer={layer} number={i + 1} style={left(i + 1)} onChange={part => setLayer(i, part)} />
      ))}
      <div class="layer-head" style={left(layers.length + 1)}>
        <span class="layer-name">Output</span>
        <span class="layer-detail">{outputName()}</span>
      </div>
    </>
  )
}

function outputName(): string {
  if (manyClasses(setup.value)) return 'softmax'
  return activationName(layerActivations(setup.value).at(-1) ?? 'linear')
}

interface LayerHeadProps {
  readonly layer: HiddenLayer
  readonly number: number
  readonly style: Record<string, string>
  readonly onChange: (part: Partial<HiddenLayer>) => void
}

const DROPOUTS = [0, 0.1, 0.2, 0.5] as const

function LayerHead({ layer, number, style, onChange }: LayerHeadProps) {
  const { activation, dropout, neurons } = layer
  return (
    <div class="layer-head" style={style}>
      <Stepper
        value={neurons}
        least={1}
        most={MOST.neurons}
        one="neuron"
        many="neurons"
        where={` in layer ${number}`}
        short
        onChange={next => onChange({ neurons: next })}
      />
      <select
        class="quiet"
        aria-label={`Activation of layer ${number}`}
        value={activation ?? ''}
        onChange={({ currentTarget }) =>
          onChange({ activation: ACTIVATIONS.find((name): name is Activation => name === currentTarget.value) })
        }
      >
        <option value="">{activationName(setup.value.activation)}</option>
        {ACTIVATIONS.filter(name => name !== setup.value.activation || activation === name).map(name => (
          <option key={name} value={name}>
            {activationName(name)} here
          </option>
        ))}
      </select>
      <select
        class="quiet"
        aria-label={`Dropout of layer ${number}`}
        value={String(dropout)}
        onChange={({ currentTarget }) => onChange({ dropout: Number(currentTarget.value) })}
      >
        {[...new Set([...DROPOUTS, dropout])]
          .toSorted((a, b) => a - b)
          .map(p => (
            <option key={p} value={String(p)}>
              {p === 0 ? 'no dropout' : `drop ${Math.round(p * 100)} %`}
            </option>
          ))}
      </select>
    </div>
  )
}
