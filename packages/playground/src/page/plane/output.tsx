import { useCallback } from 'preact/hooks'
import { RADIUS } from '../../data/points.ts'
import { FEATURES } from '../../setup/setup.ts'
import { colourOf, css, palette } from '../colours.ts'
import { change, frame, hidden, outputCount, pointed, points, setup, showsBatch, sizes } from '../state.ts'
import { Canvas, type Size, useSize } from './canvas.tsx'
import { Curves } from './curves.tsx'
import { neuronName, percent, short } from './numbers.ts'
import { Painting } from './painting.tsx'
import { drawLargePicture, FEATURE_LABELS, featurePictures, neuronPictures, outputPicture } from './pictures.ts'
import { drawPoints, markPoints } from './points-drawing.ts'

/** The answer of the network all over the plane, with the points, and how well it does. */
export function Output() {
  return (
    <section class="output" aria-labelledby="output-title">
      <h2 id="output-title">Output</h2>
      <Scores />
      <Curves />
      <Plane />
      <ColourScale />
      <Switches />
    </section>
  )
}

function Scores() {
  const now = frame.value
  const isClass = setup.value.problem === 'classification'
  return (
    <table class="scores">
      <thead>
        <tr>
          <td />
          <th scope="col">loss</th>
          {isClass && <th scope="col">correct</th>}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">
            <span class="key key-test" aria-hidden="true" /> Test
          </th>
          <td data-state="loss-test">{short(now?.lossTest ?? NaN)}</td>
          {isClass && <td data-state="accuracy-test">{percent(now?.accuracyTest ?? NaN)}</td>}
        </tr>
        <tr>
          <th scope="row">
            <span class="key key-train" aria-hidden="true" /> Training
          </th>
          <td data-state="loss-train">{short(now?.lossTrain ?? NaN)}</td>
          {isClass && <td data-state="accuracy-train">{percent(now?.accuracyTrain ?? NaN)}</td>}
        </tr>
      </tbody>
    </table>
  )
}

function Plane() {
  const [ref, size] = useSize<HTMLDivElement>()
  const { width } = size.value
  const square = { width, height: width }
  const drawArea = useCallback((on: CanvasRenderingContext2D, { width: side }: Size) => {
    on.imageSmoothingQuality = 'high'
    on.imageSmoothingEnabled = !setup.value.discretize
    const picture = pictureShown()
    if (picture) drawLargePicture(on, picture.atlas, picture.index, side)
    else on.clearRect(0, 0, side, side)
  }, [])
  const drawDots = useCallback((on: CanvasRenderingContext2D, { width: side }: Size) => {
    on.clearRect(0, 0, side, side)
    const all = points.value
    if (!all) return
    const style = { palette: palette.value, classes: outputCount.value, radius: Math.max(side / 95, 2.4) }
    if (setup.value.showTestData) drawPoints(on, all.test, side, { ...style, edge: palette.value.ink })
    drawPoints(on, all.train, side, { ...style, edge: palette.value.dark ? '#0c1014' : '#ffffff' })
    if (showsBatch.value && frame.value) markPoints(on, all.train, frame.value.batch, side, palette.value)
  }, [])
  return (
    <figure class="plane-figure">
      <div class="plane-square" ref={ref}>
        <Canvas size={square} draw={drawArea} label={planeLabel()} />
        <Canvas size={square} draw={drawDots} class="above" />
        <Painting />
      </div>
      <PlaneAxes />
      <figcaption>{caption()}</figcaption>
    </figure>
  )
}

/** What is under the pointer, or the answer of the network. */
function pictureShown() {
  const now = frame.value
  const on = palette.value
  const neuron = pointed.value
  const { discretize } = setup.value
  if (!now) return null
  if (neuron?.layer === 0) return { atlas: featurePictures(on, now), index: neuron.index }
  const inner = sizes.value.slice(1, -1)
  if (neuron && neuron.layer <= inner.length) {
    const total = inner.reduce((sum, n) => sum + n, 0)
    const before = inner.slice(0, neuron.layer - 1).reduce((sum, n) => sum + n, 0)
    return { atlas: neuronPictures(on, now, discretize, total), index: before + neuron.index }
  }
  const classes = outputCount.value
  if (now.output.length % classes !== 0) return null
  return { atlas: outputPicture(on, now, discretize, classes), index: 0 }
}

function caption(): string {
  const neuron = pointed.value
  if (neuron?.layer === 0) return `Feature ${FEATURE_LABELS[FEATURES[neuron.index]]}`
  if (neuron && neuron.layer < sizes.value.length - 1) return neuronName(neuron, sizes.value)
  return 'Answer of the network'
}

/** Follows the run only at round epochs, so that a screen reader isn't flooded. */
function planeLabel(): string {
  const spread = points.value ? `${points.value.train.target.length} training points` : 'no points yet'
  return `The plane, x₁ and x₂ from −6 to 6: the answer of the network by colour, and ${spread}.`
}

const TICKS = [-6, -3, 0, 3, 6] as const

function PlaneAxes() {
  const share = (tick: number) => `${((tick + RADIUS) / (2 * RADIUS)) * 100}%`
  return (
    <div class="axes" aria-hidden="true">
      {TICKS.map(tick => (
        <span key={tick} class="tick-x" style={{ left: share(tick) }}>
          {short(tick).replace(/\.0+$/, '')}
        </span>
      ))}
    </div>
  )
}

function ColourScale() {
  const on = palette.value
  if (outputCount.value > 1) {
    return (
      <p class="class-keys">
        {Array.from({ length: outputCount.value }, (_, k) => (
          <span key={k}>
            <span class="swatch" style={{ background: css(on.classes[k]) }} aria-hidden="true" /> class {k + 1}
          </span>
        ))}
      </p>
    )
  }
  const stops = [-1, 0, 1].map(value => css(colourOf(value, on))).join(', ')
  return (
    <div class="colour-scale">
      <span>−1</span>
      <span class="bar" style={{ background: `linear-gradient(90deg, ${stops})` }} aria-hidden="true" />
      <span>+1</span>
      <span class="hint">data, neurons and weights</span>
    </div>
  )
}

function Switches() {
  const { showTestData, discretize } = setup.value
  return (
    <div class="switches">
      {!hidden.value.has('showTestData') && (
        <label class="check">
          <input
            type="checkbox"
            checked={showTestData}
            onChange={({ currentTarget }) => change({ showTestData: currentTarget.checked })}
          />
          Show test data
        </label>
      )}
      {!hidden.value.has('discretize') && (
        <label class="check">
          <input
            type="checkbox"
            checked={discretize}
            onChange={({ currentTarget }) => change({ discretize: currentTarget.checked })}
          />
          Two colours only
        </label>
      )}
    </div>
  )
}
