import { useComputed } from '@preact/signals'
import { useCallback, useMemo, useRef } from 'preact/hooks'
import {
  type Activation,
  ACTIVATIONS,
  type Feature,
  FEATURES,
  type HiddenLayer,
  layerActivations,
  manyClasses,
  MOST,
} from '../../setup/setup.ts'
import { palette } from '../colours.ts'
import {
  change,
  frame,
  hidden,
  layout as parameterPlaces,
  type Link,
  type Neuron,
  playing,
  pointed,
  pointedLink,
  selected,
  setup,
  sizes,
} from '../state.ts'
import { Canvas, remPixels, useSize } from './canvas.tsx'
import { Inspector } from './inspector.tsx'
import { drawNetwork, featureRow } from './network-drawing.ts'
import { distanceToLink, linkCurve, type NetworkLayout, networkLayout } from './network-layout.ts'
import { activationName, neuronName, weightOf } from './numbers.ts'
import { FEATURE_LABELS } from './pictures.ts'

const stillness = matchMedia('(prefers-reduced-motion: reduce)')

/** Features, hidden layers and outputs as pictures, with links between them. */
export function Network() {
  const [ref, size] = useSize<HTMLDivElement>()
  const counts = useComputed(() => [FEATURES.length, ...sizes.value.slice(1)])
  const layout = useComputed(() => networkLayout(counts.value, size.value.width, remPixels()))
  const draw = useCallback(
    (on: CanvasRenderingContext2D) =>
      drawNetwork(on, {
        setup: setup.value,
        sizes: sizes.value,
        layout: layout.value,
        places: parameterPlaces.value.layers,
        frame: fittingFrame(),
        palette: palette.value,
        pointed: pointed.value,
        pointedLink: pointedLink.value,
        selected: selected.value,
        moves: playing.value && !stillness.matches,
      }),
    [layout],
  )
  const { width, height } = layout.value
  const canvasSize = useMemo(() => ({ width, height }), [width, height])
  return (
    <section class="network" aria-labelledby="network-title">
      <NetworkTitle />
      <div class="network-scroll" ref={ref}>
        <div
          class="network-picture"
          style={{ width: `${width}px`, height: `${height}px` }}
          onPointerMove={event => pointAtLink(event, layout.value)}
          onPointerLeave={() => (pointedLink.value = null)}
          onClick={event => selectLink(event, layout.value)}
        >
          <Canvas size={canvasSize} draw={draw} />
          <Neurons layout={layout.value} />
          <LayerHeads layout={layout.value} />
          <LinkTip layout={layout.value} />
        </div>
      </div>
      <Inspector />
    </section>
  )
}

/** The last frame, if it belongs to the network that is shown. */
function fittingFrame() {
  const now = frame.value
  return now && now.theta.length === parameterPlaces.value.count ? now : null
}

function NetworkTitle() {
  const count = setup.value.layers.length
  const setCount = (next: number) => {
    const layers = [...setup.value.layers.slice(0, next)]
    while (layers.length < next) layers.push({ neurons: 2, dropout: 0 })
    change({ layers })
  }
  return (
    <div class="network-title">
      <h2 id="network-title">Network</h2>
      {!hidden.value.has('numHiddenLayers') && (
        <Stepper
          value={count}
          least={0}
          most={MOST.layers}
          one="hidden layer"
          many="hidden layers"
          onChange={setCount}
        />
      )}
      <ParameterCount />
    </div>
  )
}

interface StepperProps {
  readonly value: number
  readonly least: number
  readonly most: number
  readonly one: string
  readonly many: string
  /** Only for screen readers. */
  readonly where?: string
  readonly short?: boolean
  readonly onChange: (next: number) => void
}

/** A number with a button on each side. */
function Stepper({ value, least, most, one, many, where = '', short = false, onChange }: StepperProps) {
  const button = (next: number, label: string, sign: string) => (
    <button
      type="button"
      class="round"
      aria-label={`${label} ${one}${where}`}
      disabled={next < least || next > most}
      onClick={() => onChange(next)}
    >
      {sign}
    </button>
  )
  return (
    <span class="stepper">
      {button(value - 1, 'Remove a', '−')}
      <span class="stepper-value">
        {value}
        {short ? '' : ` ${value === 1 ? one : many}`}
      </span>
      {button(value + 1, 'Add a', '+')}
    </span>
  )
}

/** How many numbers are learned, with the sum. */
function ParameterCount() {
  const { layers, count } = parameterPlaces.value
  const sum = layers.map(({ inputs, outputs }) => `(${inputs} + 1) · ${outputs}`).join(' + ')
  return (
    <details class="parameter-count">
      <summary>{count} learnable numbers</summary>
      <p>
        Each neuron has a weight for each input, and a bias: (inputs + 1) · neurons, summed over the layers.
        <br />
        <span class="math">
          {sum} = {count}
        </span>
      </p>
    </details>
  )
}

function Neurons({ layout }: { layout: NetworkLayout }) {
  const { columns, size } = layout
  const box = (layer: number, index: number) => ({
    left: `${columns[layer].x - size / 2}px`,
    top: `${columns[layer].ys[index] - size / 2}px`,
    width: `${size}px`,
    height: `${size}px`,
  })
  return (
    <div
      class="neurons"
      role="group"
      aria-label="Neurons: arrow keys move, Enter shows the numbers"
      onKeyDown={moveFocus}
    >
      {FEATURES.map((feature, row) =>
        hidden.value.has(feature) ? null : (
          <FeatureButton key={feature} feature={feature} row={row} style={box(0, row)} size={size} />
        ),
      )}
      {columns
        .slice(1)
        .map(({ ys }, i) =>
          ys.map((_, index) => (
            <NeuronButton key={`${i}:${index}`} layer={i + 1} index={index} style={box(i + 1, index)} />
          )),
        )}
    </div>
  )
}

interface FeatureButtonProps {
  readonly feature: Feature
  readonly row: number
  readonly size: number
  readonly style: Record<string, string>
}

function FeatureButton({ feature, row, style, size }: FeatureButtonProps) {
  const { features } = setup.value
  const used = features.includes(feature)
  const toggle = () =>
    change({ features: FEATURES.filter(name => (name === feature ? !used : features.includes(name))) })
  return (
    <>
      <span class="feature-label math" data-state={used ? 'on' : 'off'} style={{ top: style.top, height: `${size}px` }}>
        {FEATURE_LABELS[feature]}
      </span>
      <button
        type="button"
        class="neuron"
        style={style}
        aria-pressed={used}
        aria-label={`Feature ${FEATURE_LABELS[feature]}`}
        data-neuron={`0:${row}`}
        {...pointing({ layer: 0, index: row })}
        onClick={event => {
          event.stopPropagation()
          toggle()
        }}
      />
    </>
  )
}

function NeuronButton({ layer, index, style }: Neuron & { style: Record<string, string> }) {
  const isSelected = selected.value?.layer === layer && selected.value.index === index
  return (
    <button
      type="button"
      class="neuron"
      style={style}
      aria-label={neuronName({ layer, index }, sizes.value)}
      aria-pressed={isSelected}
      data-neuron={`${layer}:${index}`}
      {...pointing({ layer, index })}
      onClick={event => {
        event.stopPropagation()
        selected.value = isSelected ? null : { layer, index }
      }}
    />
  )
}

/** Pointing and focus show the same. */
function pointing(neuron: Neuron) {
  const enter = () => {
    pointed.value = neuron
    pointedLink.value = null
  }
  const leave = () => (pointed.value = null)
  return { onPointerEnter: enter, onPointerLeave: leave, onFocus: enter, onBlur: leave }
}

/** Arrow keys go to the nearest picture in their direction. */
function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
  const now = document.activeElement
  if (!by || !(now instanceof HTMLElement) || !now.dataset.neuron) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-neuron]')]
  const middle = (of: HTMLElement) => ({
    layer: Number(of.dataset.neuron?.split(':')[0]),
    y: of.offsetTop + of.offsetHeight / 2,
  })
  const from = middle(now)
  const ahead = buttons.filter(button => {
    const { layer, y } = middle(button)
    return by[0] === 0 ? layer === from.layer && (y - from.y) * by[1] > 0 : layer === from.layer + by[0]
  })
  const distance = (button: HTMLElement) => Math.abs(middle(button).y - from.y)
  ahead
    .toSorted((a, b) => distance(a) - distance(b))
    .at(0)
    ?.focus()
}

function LayerHeads({ layout }: { layout: NetworkLayout }) {
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

const NEAR_PIXELS = 8

function linkAt(event: MouseEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): Link | null {
  const bounds = event.currentTarget.getBoundingClientRect()
  const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top]
  const layer = layout.columns.findIndex((column, i) => i > 0 && x < column.x)
  if (layer < 1) return null
  let best: Link | null = null
  let least = NEAR_PIXELS
  const { inputs, outputs } = parameterPlaces.value.layers[layer - 1]
  for (let from = 0; from < inputs; from += 1) {
    for (let index = 0; index < outputs; index += 1) {
      const row = layer === 1 ? featureRow(setup.value, from) : from
      const distance = distanceToLink(linkCurve(layout, layer, row, index), x, y)
      if (distance < least) {
        least = distance
        best = { layer, index, from }
      }
    }
  }
  return best
}

function pointAtLink(event: PointerEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): void {
  const onPicture = event.target instanceof Element && event.target.closest('button, select, label')
  const next = onPicture ? null : linkAt(event, layout)
  const now = pointedLink.value
  if (next?.layer === now?.layer && next?.index === now?.index && next?.from === now?.from) return
  pointedLink.value = next
}

function selectLink(event: MouseEvent & { currentTarget: HTMLElement }, layout: NetworkLayout): void {
  const link = linkAt(event, layout)
  if (!link) return
  selected.value = { layer: link.layer, index: link.index }
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLInputElement>(`[data-weight="${link.from}"]`)
    input?.focus()
    input?.select()
  })
}

/** The weight under the pointer. */
function LinkTip({ layout }: { layout: NetworkLayout }) {
  const tip = useRef<HTMLDivElement>(null)
  const link = pointedLink.value
  if (!link || link.layer >= layout.columns.length) return null
  const row = link.layer === 1 ? featureRow(setup.value, link.from) : link.from
  const { x0, y0, x3, y3 } = linkCurve(layout, link.layer, row, link.index)
  const text = weightOf(link, frame.value, parameterPlaces.value)
  return (
    <div ref={tip} class="tip" style={{ left: `${(x0 + x3) / 2}px`, top: `${(y0 + y3) / 2}px` }}>
      weight {text}
    </div>
  )
}
