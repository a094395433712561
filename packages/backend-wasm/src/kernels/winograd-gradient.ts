import type { Device } from '../device.ts'
import type { Pointer } from '../exports.ts'
import { chunks, cut, indices } from '../threads/crew.ts'
import type { Call, Part } from '../threads/crew.ts'
import { FOLD, sumsAndTotals } from './long-sums.ts'
import { GAP, POINTS, frames, layInto, tiling } from './winograd-tiles.ts'
import type { SmallConv } from './winograd-tiles.ts'

/** So many tiles at a time for each thread: longer sums than on the way ahead. */
const CHUNK = 128

/** What a chunk works with: V, the transformed gradient P, the sums, and frames for as many images as are laid out at once. */
interface Room {
  readonly v: Pointer
  readonly p: Pointer
  readonly sums: Pointer
  readonly totals: Pointer
  readonly places: Pointer
  readonly images: readonly Pointer[]
  readonly gradients: readonly Pointer[]
}

/**
 * The gradient for the weights, dw [O, C, 3, 3]. For each chunk the lists share the images, lay them out and transform
 * them; and then they share the points, whose sums go on from chunk to chunk, so that each keeps its order.
 */
export function tiledKernelGradient(
  device: Device,
  conv: SmallConv,
  x: Pointer,
  dy: Pointer,
  N: number,
  dw: Pointer,
): void {
  const { kernels, crew, scratch, integers } = device
  const [C, H, W] = conv.image
  const [O, oH, oW] = conv.output
  const { tilesY, vectors, rows, width, perImage } = tiling(conv)
  const frame = { planes: C, rows, width }
  const gradientFrame = { planes: O, rows: 4 * tilesY, width }
  // A block of each sum has the same images however many threads there are: so the results are the same, bit for bit.
  const inBlock = Math.max(1, Math.floor(CHUNK / perImage))
  const inChunk = Math.min(N, inBlock * crew.size)
  const group = Math.max(1, Math.floor(FOLD.vectors / Math.max((inBlock * perImage) / 4, FOLD.block)))
  const most = inChunk * perImage
  const [vStep, pStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]
  const lists = crew.lists(O * C * most * POINTS)
  const atOnce = Math.min(inChunk, lists)

  function transform(chunk: Part, { v, p, images, gradients }: Room): Call[][] {
    const T = chunk.count * perImage
    return cut(chunk.count, atOnce).map((part, list) => {
      const [image, gradient] = [images[list], gradients[list]]
      return indices(part).flatMap((i): Call[] => {
        const n = chunk.from + i
        return [
          layInto(image, frame, x + n * C * H * W * 4, [H, W], conv.before),
          ['winogradInput', image, C, rows, width, tilesY, vectors, v, vStep, T * 4, 32, i * perImage],
          layInto(gradient, gradientFrame, dy + n * O * oH * oW * 4, [oH, oW], [0, 0]),
          ['winogradGradient', gradient, O, width, tilesY, vectors, p, pStep, T, i * perImage],
        ]
      })
    })
  }

  function addUp(chunk: Part, table: Pointer, { v, p, sums, totals, places }: Room): Call[][] {
    const T = chunk.count * perImage
    const blocks = chunks(chunk, inBlock)
    return cut(POINTS, lists).map(part =>
      indices(part).flatMap(point =>
        blocks.flatMap(({ from, count }): Call[] => {
          const [image, gradient, to] = [v + point * vStep, p + point * pStep, sums + point * O * C * 16]
          const first = ((from - chunk.from) * perImage) / 4
          const end = first + (count * perImage) / 4
          const isLast = from + count === N || (from / inBlock + 1) % group === 0
          return [
            ['addKernelGradient', image, places, first, end, T / 4, table, C, gradient, O, to],
            ...(isLast ? [['foldSums', to, totals + point * O * C * 8, O * C] as const] : []),
          ]
        }),
      ),
    )
  }

  function addAll(room: Room): void {
    for (const chunk of chunks({ from: 0, count: N }, inChunk)) {
      crew.run(transform(chunk, room))
      const rowsOfV = Int32Array.from({ length: C }, (_, c) => c * chunk.count * perImage * 4)
      integers(rowsOfV, table => crew.run(addUp(chunk, table, room)))
    }
  }

  const steps = Int32Array.from({ length: most / 4 }, (_, i) => i * 16)
  sumsAndTotals(device, POINTS * O * C, (sums, totals) => {
    integers(steps, places =>
      frames(device, frame, atOnce, images =>
        frames(device, gradientFrame, atOnce, gradients =>
          scratch((vStep * POINTS) / 4, v =>
            scratch((pStep * POINTS) / 4, p => addAll({ v, p, sums, totals, places, images, gradients })),
          ),
        ),
      ),
    )
    kernels.winogradWeightGradient(totals, dw, O, C)
  })
}
