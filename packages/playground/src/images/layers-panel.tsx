import { useId } from 'preact/hooks'
import type { LayerValues } from './image-network.ts'
import type { ImageReader } from './image-reader.ts'
import type { Look } from './look.ts'
import { mostOf, Picture } from './picture.tsx'

/** The weights of the first layer, and what each layer makes of the image. */
export function LayersPanel({ reader, look }: { readonly reader: ImageReader; readonly look: Look }) {
  const title = useId()
  const facts = reader.network.value
  return (
    <section class="panel wide" aria-labelledby={title}>
      <h2 id={title}>Layer by layer</h2>
      {facts && <Detectors detectors={facts.detectors} first={look.layers[0]} />}
      {look.layers.map((layer, i) => (
        <Layer key={i} number={i + 1} layer={layer} classes={reader.task.classes} />
      ))}
    </section>
  )
}

/** How many neurons of a dense first layer are shown: those that answer the image most. */
const SHOWN_NEURONS = 16

function Detectors({ detectors, first }: { readonly detectors: LayerValues; readonly first: LayerValues }) {
  const [count, channels, rows, cols] = detectors.shape
  const size = channels * rows * cols
  const isDense = first.shape.length === 1
  const units = Array.from({ length: count }, (_, unit) => unit)
  const shown = isDense ? units.sort((a, b) => first.values[b] - first.values[a]).slice(0, SHOWN_NEURONS) : units
  return (
    <figure class="layer">
      <figcaption>
        {isDense
          ? `What the first layer looks for: the weights of the ${shown.length} neurons that answer most to this image. Blue ink raises a neuron's answer, orange ink lowers it.`
          : `The ${count} kernels of the first layer, ${rows} × ${cols} pixels in colour`}
      </figcaption>
      <div class={isDense ? 'tiles' : 'tiles kernels'}>
        {shown.map(unit => {
          const values = detectors.values.subarray(unit * size, (unit + 1) * size)
          const most = mostOf(values)
          if (channels === 1)
            return (
              <Picture
                key={unit}
                {...{ values, rows, cols }}
                colouring={{ kind: 'signed', most }}
                label={`Weights of neuron ${unit + 1}, which answers ${first.values[unit].toFixed(1)}`}
              />
            )
          // Weights from −most to most become colours from 0 to 1.
          const colours = values.map(weight => 0.5 + weight / (2 * most))
          return <Picture key={unit} values={colours} {...{ channels, rows, cols }} label={`Kernel ${unit + 1}`} />
        })}
      </div>
    </figure>
  )
}

/** Without a "−0.0", and with a proper minus. */
const oneDigit = (value: number): string => {
  const text = Math.abs(value).toFixed(1)
  return value < 0 && text !== '0.0' ? `−${text}` : text
}

interface LayerProps {
  /** From 1. */
  readonly number: number
  readonly layer: LayerValues
  readonly classes: readonly string[]
}

function Layer({ number, layer, classes }: LayerProps) {
  const { name, shape, values } = layer
  const most = mostOf(values)
  const caption = (
    <figcaption>
      {number}. {name} <span class="shape">[{shape.join(', ')}]</span>
      {shape.length === 3 || values.length > classes.length ? `, largest ${most.toFixed(1)}` : ''}
    </figcaption>
  )
  if (shape.length === 3) {
    const [channels, rows, cols] = shape
    return (
      <figure class="layer">
        {caption}
        <div class="tiles maps">
          {Array.from({ length: channels }, (_, c) => (
            <Picture
              key={c}
              values={values.subarray(c * rows * cols, (c + 1) * rows * cols)}
              {...{ rows, cols }}
              colouring={{ kind: 'bright', most }}
            />
          ))}
        </div>
      </figure>
    )
  }
  if (values.length === classes.length) return <Logits caption={caption} values={values} classes={classes} />
  const cols = columnsFor(values.length)
  const rows = Math.ceil(values.length / cols)
  const padded = new Float32Array(rows * cols)
  padded.set(values)
  const active = values.reduce((count, value) => count + Number(value > 0), 0)
  return (
    <figure class="layer">
      {caption}
      <Picture
        values={padded}
        {...{ rows, cols }}
        colouring={{ kind: 'bright', most }}
        class="neurons"
        label={`${active} of ${values.length} neurons answer above 0`}
      />
      <p class="hint">
        {active} of {values.length} neurons answer above 0.
      </p>
    </figure>
  )
}

/** The most columns up to 32 that leave no gap, or few. */
const columnsFor = (count: number): number =>
  [32, 30, 28, 24, 21, 20, 16].find(cols => count % cols === 0) ?? Math.min(32, count)

function Logits({
  caption,
  values,
  classes,
}: {
  readonly caption: preact.JSX.Element
  readonly values: Float32Array
  readonly classes: readonly string[]
}) {
  const most = mostOf(values)
  return (
    <figure class="layer">
      {caption}
      <ol class={classes[0].length > 1 ? 'logits names' : 'logits'}>
        {classes.map((name, i) => (
          <li key={name}>
            <span class="class-name">{name}</span>
            <span class="bar-track" aria-hidden="true">
              <span
                class={values[i] < 0 ? 'bar negative' : 'bar'}
                style={{
                  width: `${(50 * Math.abs(values[i])) / most}%`,
                  left: `${values[i] < 0 ? 50 - (50 * Math.abs(values[i])) / most : 50}%`,
                }}
              />
            </span>
            <span class="bar-number">{oneDigit(values[i])}</span>
          </li>
        ))}
      </ol>
    </figure>
  )
}
