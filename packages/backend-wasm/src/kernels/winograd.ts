import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { roundUp } from '../round-up.ts'
import { chunks, cut, indices } from '../threads/crew.ts'
import type { Call, Part } from '../threads/crew.ts'
import { GAP, POINTS, frames, layInto, tiling } from './winograd-tiles.ts'
import type { SmallConv } from './winograd-tiles.ts'

// Winograd's way through a 3 × 3 convolution: a quarter of the multiplications. Errors reach some 5e-6 of the largest
// result, where a plain sum has 1e-7 to 1e-6, also where the result is exactly 0: a first step of Adam, which divides a
// gradient by its own size, can make a whole step of such an error. An infinity in an image becomes NaN in all its tile.

/** Fewer tiles than this do not make up for the transformed weights. */
const FEW_TILES = 64

/** A sum over more channels would lose digits; the other way cuts it into blocks. */
const MOST_CHANNELS = 1024

/** Whether this way is the faster one for N images: enough channels and tiles, and not too much of the tiles left over. */
export function tilesPay(conv: SmallConv, N: number): boolean {
  const [C] = conv.image
  const [O, oH, oW] = conv.output
  const { perImage } = tiling(conv)
  return C >= 16 && C <= MOST_CHANNELS && O >= 16 && N * perImage >= FEW_TILES && (oH * oW) / (perImage * 16) > 0.6
}

/** So many tiles at a time keep V and M in the second cache. */
const CHUNK = 64

/** Every image of x through the weights w [O, C, 3, 3]. Each list has some of the images, and takes a chunk at a time. */
export function tiledForward(
  device: Device,
  conv: SmallConv,
  x: Pointer,
  w: Pointer,
  N: number,
  y: Pointer,
  bias: Pointer | null,
): void {
  const { crew, scratch } = device
  const [C, H, W] = conv.image
  const [O, oH, oW] = conv.output
  const { tilesY, vectors, rows, width, perImage } = tiling(conv)
  const frame = { planes: C, rows, width }
  const parts = cut(N, crew.lists(N * O * C * perImage * POINTS))
  const images = Math.min(parts[0].count, Math.max(1, Math.floor(CHUNK / perImage)))
  const most = roundUp(images * perImage, 8)
  const [vStep, mStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]

  function chunkOf(part: Part, u: Pointer, image: Pointer, v: Pointer): Call[] {
    const m = v + vStep * POINTS
    const T = part.count * perImage
    const all = indices(part).map(n => ({
      from: x + n * C * H * W * 4,
      to: y + n * O * oH * oW * 4,
      tile: (n - part.from) * perImage,
    }))
    const inputs = all.flatMap(({ from, tile }): Call[] => [
      layInto(image, frame, from, [H, W], conv.before),
      ['winogradInput', image, C, rows, width, tilesY, vectors, v, vStep, 32, C * 32, tile],
    ])
    const outputs = all.map(({ to, tile }): Call => {
      const tiles = [T, O, tilesY, vectors, tile] as const
      return ['winogradOutput', m, mStep, ...tiles, to, oH, oW, bias ?? 0]
    })
    return [...inputs, ['winogradMultiply', u, v, vStep, O, C, T, m, mStep], ...outputs]
  }

  const room = (vStep + mStep) * POINTS
  packedWeights(device, w, O, C, u =>
    frames(device, frame, parts.length, at =>
      scratch((room * parts.length) / 4, v =>
        crew.run(parts.map((part, i) => chunks(part, images).flatMap(chunk => chunkOf(chunk, u, at[i], v + i * room)))),
      ),
    ),
  )
}

/** Lends the weights of all points, packed. */
function packedWeights(
  { kernels, scratch }: Device,
  w: Pointer,
  O: number,
  C: number,
  use: (u: Pointer) => void,
): void {
  scratch(POINTS * O * C, packed => {
    scratch(POINTS * O * C, u => {
      kernels.winogradWeights(w, u, O, C)
      for (let at = 0; at < POINTS * O * C * 4; at += O * C * 4) kernels.packRows(u + at, C * 4, 4, O, C, packed + at)
    })
    use(packed)
  })
}
