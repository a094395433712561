import { type Feature, FEATURES } from '../../setup/setup.ts'
import type { Frame } from '../../worker/protocol.ts'
import { paintClasses, paintValues, type Palette } from '../colours.ts'

/** Square pictures below each other in one canvas. */
export interface Atlas {
  readonly canvas: OffscreenCanvas
  /** Pixels of one picture in each direction. */
  readonly side: number
}

/** Puts pixels into one and the same canvas again and again: making one for each frame is slow. */
function atlasPainter(): (pixels: Uint8ClampedArray<ArrayBuffer>, side: number) => Atlas {
  const canvas = new OffscreenCanvas(1, 1)
  const on = canvas.getContext('2d')
  return (pixels, side) => {
    const height = pixels.length / (4 * side)
    if (canvas.width !== side || canvas.height !== height) {
      canvas.width = side
      canvas.height = height
    }
    on?.putImageData(new ImageData(pixels, side), 0, 0)
    return { canvas, side }
  }
}

/**
 * Draws one picture of an atlas so large that the edges of its neighbours would shine through. What was drawn before is
 * cleared first: smoothing rounds the picture's alpha, so here and there a pixel would keep a trace of it.
 */
export function drawLargePicture(on: CanvasRenderingContext2D, atlas: Atlas, index: number, size: number): void {
  const { canvas, side } = atlas
  single.width = side
  single.height = side
  single.getContext('2d')?.drawImage(canvas, 0, -index * side)
  on.clearRect(0, 0, size, size)
  on.drawImage(single, 0, 0, size, size)
}

const single = new OffscreenCanvas(1, 1)

const featurePainter = atlasPainter()
const neuronPainter = atlasPainter()
const outputPainter = atlasPainter()

/** Draws one picture of an atlas into a square. */
export function drawPicture(
  on: CanvasRenderingContext2D,
  { canvas, side }: Atlas,
  index: number,
  x: number,
  y: number,
  size: number,
): void {
  on.drawImage(canvas, 0, index * side, side, side, x, y, size, size)
}

export const FEATURE_LABELS: Record<Feature, string> = {
  x: 'x₁',
  y: 'x₂',
  xSquared: 'x₁²',
  ySquared: 'x₂²',
  xTimesY: 'x₁x₂',
  sinX: 'sin x₁',
  sinY: 'sin x₂',
}

/** A picture of each of the seven features. */
export const featurePictures = remembered((on: Palette, frame: Frame): Atlas => {
  const side = Math.round(Math.sqrt(frame.inputs.length / FEATURES.length))
  return featurePainter(paintValues(frame.inputs, on), side)
})

/** A picture of each hidden neuron, layer by layer. */
export const neuronPictures = remembered((on: Palette, frame: Frame, discretize: boolean, count: number): Atlas => {
  const side = Math.round(Math.sqrt(frame.neurons.length / Math.max(count, 1))) || 1
  return neuronPainter(count === 0 ? new Uint8ClampedArray(4) : paintValues(frame.neurons, on, discretize), side)
})

/** The picture of the answer. */
export const outputPicture = remembered((on: Palette, frame: Frame, discretize: boolean, classes: number): Atlas => {
  const side = Math.round(Math.sqrt(frame.output.length / classes))
  const pixels =
    classes === 1 ? paintValues(frame.output, on, discretize) : paintClasses(frame.output, classes, on, discretize)
  return outputPainter(pixels, side)
})

/** The last result is kept as long as the arguments are the same: several drawings show one frame. */
function remembered<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let last: { args: A; result: R } | null = null
  return (...args) => {
    const known = last
    if (known && args.every((arg, i) => arg === known.args[i])) return known.result
    const result = make(...args)
    last = { args, result }
    return result
  }
}
