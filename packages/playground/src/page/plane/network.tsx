import { useComputed } from '@preact/signals'
import { useCallback, useMemo } from 'preact/hooks'
import { FEATURES, MOST } from '../../setup/setup.ts'
import { palette } from '../colours.ts'
import {
  change,
  frame,
  hidden,
  layout as parameterPlaces,
  playing,
  pointed,
  pointedLink,
  selected,
  setup,
  sizes,
} from '../state.ts'
import { Canvas, remPixels, useSize } from './canvas.tsx'
import { Inspector } from './inspector.tsx'
import { LayerHeads } from './layer-heads.tsx'
import { LinkTip, pointAtLink, selectLink } from './links.tsx'
import { drawNetwork } from './network-drawing.ts'
import { networkLayout } from './network-layout.ts'
import { Neurons } from './neurons.tsx'
import { Stepper } from './stepper.tsx'

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
