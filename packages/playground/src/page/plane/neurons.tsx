import { type Feature, FEATURES } from '../../setup/setup.ts'
import { change, hidden, type Neuron, pointed, pointedLink, selected, setup, sizes } from '../state.ts'
import type { NetworkLayout } from './network-layout.ts'
import { neuronName } from './numbers.ts'
import { FEATURE_LABELS } from './pictures.ts'

/** A button on each picture: features are switched on and off, neurons show their numbers. */
export function Neurons({ layout }: { layout: NetworkLayout }) {
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
