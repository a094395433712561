import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call, Job } from '../pool/thread-pool.ts'
import { chunks, indices, type Range, split } from '../ranges.ts'
import { FOLD_AFTER, sumsAndTotals } from './long-sums.ts'
import { type Conv3x3, GAP, paddedBuffers, padInto, POINTS, tiling } from './winograd-tiles.ts'

/** How many tiles each thread takes at a time: more than in the forward pass, because sums are longer. */
const CHUNK_TILES = 128

/** What a chunk works with: V, the transformed gradient P, the sums, and a buffer for each image that is padded at once. */
interface Room {
  readonly v: Pointer
  readonly p: Pointer
  readonly sums: Pointer
  readonly totals: Pointer
  readonly positions: Pointer
  readonly images: readonly Pointer[]
  readonly gradients: readonly Pointer[]
}

/**
 * The gradient of the weights, dw [O, C, 3, 3]. For each chunk the jobs share the images, to pad and transform them; then
 * they share the points, whose sums go on from chunk to chunk, so that each sum keeps its order.
 */
export function winogradWeightGradient(
  device: Device,
  conv: Conv3x3,
  x: Pointer,
  dy: Pointer,
  N: number,
  dw: Pointer,
): void {
  const [C] = conv.image
  const [O] = conv.output
  const work = N * O * C * tiling(conv).tilesPerImage * POINTS
  device.pool.decide('winograd dw', work, jobs => gradient(device, conv, x, dy, N, dw, jobs))
}

function gradient(device: Device, conv: Conv3x3, x: Pointer, dy: Pointer, N: number, dw: Pointer, jobs: number): void {
  const { kernels, pool, scratch, integers } = device
  const [C, H, W] = conv.image
  const [O, oH, oW] = conv.output
  const { tilesY, vectors, rows, width, tilesPerImage } = tiling(conv)
  const padded = { planes: C, rows, width }
  const paddedGradient = { planes: O, rows: 4 * tilesY, width }
  // A block of each sum has the same images on any number of threads, so the results are the same to the last bit.
  const inBlock = Math.max(1, Math.floor(CHUNK_TILES / tilesPerImage))
  const inChunk = Math.min(N, inBlock * (jobs === 1 ? 1 : pool.size))
  const group = Math.max(
    1,
    Math.floor(FOLD_AFTER.vectors / Math.max((inBlock * tilesPerImage) / 4, FOLD_AFTER.minimum)),
  )
  const most = inChunk * tilesPerImage
  const [vStep, pStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]
  const atOnce = Math.min(inChunk, jobs)

  function transform(chunk: Range, { v, p, images, gradients }: Room): Job[] {
    const T = chunk.count * tilesPerImage
    return split(chunk.count, atOnce).map((range, job) => {
      const [image, gradient] = [images[job], gradients[job]]
      return indices(range).flatMap((i): Call[] => {
        const n = chunk.from + i
        const first = i * tilesPerImage
        return [
          padInto(image, padded, x + n * C * H * W * 4, [H, W], conv.padding),
          [
            'winogradInput',
            {
              x: image,
              C,
              rows,
              width,
              tilesY,
              vectors,
              v,
              pointStep: vStep,
              channelStep: T * 4,
              panelStep: 32,
              first,
            },
          ],
          padInto(gradient, paddedGradient, dy + n * O * oH * oW * 4, [oH, oW], [0, 0]),
          ['winogradGradient', { dy: gradient, O, width, tilesY, vectors, p, pointStep: pStep, T, first }],
        ]
      })
    })
  }

  function addUp(chunk: Range, offsets: Pointer, { v, p, sums, totals, positions }: Room): Job[] {
    const T = chunk.count * tilesPerImage
    const blocks = chunks(chunk, inBlock)
    return split(POINTS, jobs).map(range =>
      indices(range).flatMap(point =>
        blocks.flatMap(({ from, count }): Call[] => {
          const to = sums + point * O * C * 16
          const first = ((from - chunk.from) * tilesPerImage) / 4
          const end = first + (count * tilesPerImage) / 4
          const isLast = from + count === N || (from / inBlock + 1) % group === 0
          return [
            [
              'addWeightGradient',
              {
                x: v + point * vStep,
                positions,
                first,
                end,
                vectors: T / 4,
                offsets,
                K: C,
                dy: p + point * pStep,
                O,
                sums: to,
              },
            ],
            ...(isLast ? [['foldSums', { sums: to, totals: totals + point * O * C * 8, n: O * C }] as const] : []),
          ]
        }),
      ),
    )
  }

  function addAll(room: Room): void {
    for (const chunk of chunks({ from: 0, count: N }, inChunk)) {
      pool.run(transform(chunk, room))
      const rowsOfV = Int32Array.from({ length: C }, (_, c) => c * chunk.count * tilesPerImage * 4)
      integers(rowsOfV, offsets => pool.run(addUp(chunk, offsets, room)))
    }
  }

  const steps = Int32Array.from({ length: most / 4 }, (_, i) => i * 16)
  sumsAndTotals(device, POINTS * O * C, (sums, totals) => {
    integers(steps, positions =>
      paddedBuffers(device, padded, atOnce, images =>
        paddedBuffers(device, paddedGradient, atOnce, gradients =>
          scratch((vStep * POINTS) / 4, v =>
            scratch((pStep * POINTS) / 4, p => addAll({ v, p, sums, totals, positions, images, gradients })),
          ),
        ),
      ),
    )
    kernels.winogradWeightGradient(totals, dw, O, C)
  })
}
