import { FEATURES, type Setup } from '../../setup/setup.ts'
import type { Frame } from '../../worker/protocol.ts'
import { colourOf, css, type Palette } from '../colours.ts'
import type { Link, Neuron } from '../state.ts'
import { linkCurve, type NetworkLayout } from './network-layout.ts'
import { drawPicture, featurePictures, neuronPictures, outputPicture } from './pictures.ts'

/** What the drawing of the network shows. */
export interface NetworkScene {
  readonly setup: Setup
  readonly sizes: readonly number[]
  readonly layout: NetworkLayout
  /** Offsets of weights and biases, for each layer. */
  readonly places: readonly { readonly inputs: number; readonly outputs: number; weights: number; biases: number }[]
  readonly frame: Frame | null
  readonly palette: Palette
  readonly pointed: Neuron | null
  readonly pointedLink: Link | null
  readonly selected: Neuron | null
  readonly moves: boolean
}

/** Line widths in pixels at |w| = 0 and |w| ≥ 5, before scaling to the picture's size. */
const WIDTH = { least: 0.7, most: 9, atWeight: 5 } as const
const DASHES = { most: 320, pattern: [9, 1.5] } as const

/** Draws links, pictures and biases. Texts and everything that can be pressed are HTML above it. */
export function drawNetwork(on: CanvasRenderingContext2D, scene: NetworkScene): void {
  on.clearRect(0, 0, scene.layout.width, scene.layout.height)
  drawLinks(on, scene)
  drawFeatures(on, scene)
  drawNeurons(on, scene)
  drawOutputs(on, scene)
}

/** Rows of the first column are all features; only some are in use. */
export const featureRow = (setup: Setup, input: number): number => FEATURES.indexOf(setup.features[input])

function drawLinks(on: CanvasRenderingContext2D, scene: NetworkScene): void {
  const { places, frame, layout, setup, palette, pointed, pointedLink } = scene
  if (!frame) return
  const count = places.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0)
  const scale = layout.size / 36
  on.setLineDash(count <= DASHES.most ? DASHES.pattern.map(length => length * scale) : [])
  on.lineDashOffset = scene.moves ? -frame.step / 3 : 0
  for (const [i, place] of places.entries()) {
    for (let to = 0; to < place.outputs; to += 1) {
      for (let from = 0; from < place.inputs; from += 1) {
        const weight = frame.theta[place.weights + from * place.outputs + to]
        const row = i === 0 ? featureRow(setup, from) : from
        const curve = linkCurve(layout, i + 1, row, to)
        const isPointed =
          (pointedLink?.layer === i + 1 && pointedLink.index === to && pointedLink.from === from) ||
          (pointed?.layer === i + 1 && pointed.index === to)
        on.globalAlpha = (pointed && pointed.layer > 0 && !isPointed) || (pointedLink && !isPointed) ? 0.25 : 1
        on.strokeStyle = css(colourOf(softened(weight), palette))
        on.lineWidth =
          scale * (WIDTH.least + (WIDTH.most - WIDTH.least) * Math.min(Math.abs(weight) / WIDTH.atWeight, 1))
        on.beginPath()
        on.moveTo(curve.x0, curve.y0)
        on.bezierCurveTo(curve.x1, curve.y1, curve.x2, curve.y2, curve.x3, curve.y3)
        on.stroke()
      }
    }
  }
  on.setLineDash([])
  on.globalAlpha = 1
}

/** Keeps small weights visible: the sign decides the colour, the size its strength. */
const softened = (weight: number): number => Math.sign(weight) * Math.min(0.25 + Math.abs(weight), 1)

interface Box {
  readonly x: number
  readonly y: number
  readonly size: number
}

function inBox(on: CanvasRenderingContext2D, { x, y, size }: Box, draw: () => void): void {
  on.save()
  on.beginPath()
  on.roundRect(x, y, size, size, size * 0.14)
  on.clip()
  draw()
  on.restore()
}

function frameBox(on: CanvasRenderingContext2D, { x, y, size }: Box, colour: string, width: number): void {
  on.beginPath()
  on.roundRect(x, y, size, size, size * 0.14)
  on.strokeStyle = colour
  on.lineWidth = width
  on.stroke()
}

const boxAt = ({ columns, size }: NetworkLayout, layer: number, row: number): Box => ({
  x: columns[layer].x - size / 2,
  y: columns[layer].ys[row] - size / 2,
  size,
})

const same = (one: Neuron | null, layer: number, index: number): boolean => one?.layer === layer && one.index === index

/** A line around a picture: strong if it is selected or pointed at. */
function outline(on: CanvasRenderingContext2D, scene: NetworkScene, layer: number, index: number): void {
  const strong = same(scene.selected, layer, index) || same(scene.pointed, layer, index)
  const { palette, layout } = scene
  frameBox(on, boxAt(layout, layer, index), strong ? palette.ink : palette.muted, strong ? 2.5 : 1)
}

function drawFeatures(on: CanvasRenderingContext2D, scene: NetworkScene): void {
  if (!scene.frame) return
  const atlas = featurePictures(scene.palette, scene.frame)
  for (const [row, feature] of FEATURES.entries()) {
    const used = scene.setup.features.includes(feature)
    const box = boxAt(scene.layout, 0, row)
    on.globalAlpha = used ? 1 : 0.3
    inBox(on, box, () => drawPicture(on, atlas, row, box.x, box.y, box.size))
    on.globalAlpha = used ? 1 : 0.55
    outline(on, scene, 0, row)
  }
  on.globalAlpha = 1
}

function drawNeurons(on: CanvasRenderingContext2D, scene: NetworkScene): void {
  const { frame, sizes, setup, palette, layout } = scene
  if (!frame) return
  const hidden = sizes.slice(1, -1)
  const total = hidden.reduce((sum, n) => sum + n, 0)
  const atlas = neuronPictures(palette, frame, setup.discretize, total)
  let picture = 0
  for (const [i, neurons] of hidden.entries()) {
    for (let index = 0; index < neurons; index += 1) {
      const box = boxAt(layout, i + 1, index)
      const at = picture
      inBox(on, box, () => drawPicture(on, atlas, at, box.x, box.y, box.size))
      outline(on, scene, i + 1, index)
      drawBias(on, scene, i + 1, index)
      picture += 1
    }
  }
}

function drawOutputs(on: CanvasRenderingContext2D, scene: NetworkScene): void {
  const { frame, sizes, setup, palette, layout } = scene
  const layer = sizes.length - 1
  const count = sizes[layer]
  for (let index = 0; index < count; index += 1) {
    const box = boxAt(layout, layer, index)
    if (count > 1) {
      inBox(on, box, () => {
        on.fillStyle = css(palette.classes[index])
        on.fillRect(box.x, box.y, box.size, box.size)
      })
    } else if (frame) {
      inBox(on, box, () =>
        drawPicture(on, outputPicture(palette, frame, setup.discretize, 1), 0, box.x, box.y, box.size),
      )
    }
    outline(on, scene, layer, index)
    drawBias(on, scene, layer, index)
  }
}

/** The bias is a small square at the lower left corner. */
function drawBias(on: CanvasRenderingContext2D, scene: NetworkScene, layer: number, index: number): void {
  const { frame, palette, layout, places } = scene
  if (!frame) return
  const box = boxAt(layout, layer, index)
  const size = Math.max(box.size * 0.2, 5)
  on.fillStyle = css(colourOf(softened(frame.theta[places[layer - 1].biases + index]), palette))
  on.beginPath()
  on.rect(box.x - size * 0.45, box.y + box.size - size * 0.55, size, size)
  on.fill()
  on.strokeStyle = palette.ink
  on.lineWidth = 0.8
  on.stroke()
}
