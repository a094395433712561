import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call, Job } from '../pool/thread-pool.ts'
import { chunks, indices, type Range, roundUp, split } from '../ranges.ts'
import { type Conv3x3, GAP, paddedBuffers, padInto, POINTS, tiling } from './winograd-tiles.ts'

/** 64 tiles at a time keep V and M in the L2 cache. */
const CHUNK_TILES = 64

/** Convolves N images with the weights w [O, C, 3, 3]. Each job has some of the images, and takes a chunk at a time. */
export function winogradForward(
  device: Device,
  conv: Conv3x3,
  x: Pointer,
  w: Pointer,
  N: number,
  y: Pointer,
  bias: Pointer | null,
): void {
  const [C] = conv.image
  const [O] = conv.output
  const work = N * O * C * tiling(conv).tilesPerImage * POINTS
  device.pool.decide('winograd', work, jobs => convolve(device, conv, x, w, split(N, jobs), y, bias))
}

function convolve(
  device: Device,
  conv: Conv3x3,
  x: Pointer,
  w: Pointer,
  ranges: readonly Range[],
  y: Pointer,
  bias: Pointer | null,
): void {
  const { pool, scratch } = device
  const [C, H, W] = conv.image
  const [O, oH, oW] = conv.output
  const { tilesY, vectors, rows, width, tilesPerImage } = tiling(conv)
  const padded = { planes: C, rows, width }
  const images = Math.min(ranges[0].count, Math.max(1, Math.floor(CHUNK_TILES / tilesPerImage)))
  const most = roundUp(images * tilesPerImage, 8)
  const [vStep, mStep] = [(C * most + GAP) * 4, (O * most + GAP) * 4]

  function chunkOf(chunk: Range, u: Pointer, image: Pointer, v: Pointer): Job {
    const m = v + vStep * POINTS
    const T = chunk.count * tilesPerImage
    const first = (n: number) => (n - chunk.from) * tilesPerImage
    const inputs = indices(chunk).flatMap((n): Call[] => [
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
          channelStep: 32,
          panelStep: C * 32,
          first: first(n),
        },
      ],
    ])
    const outputs = indices(chunk).map((n): Call => {
      const to = y + n * O * oH * oW * 4
      return ['winogradOutput', { m, mStep, T, O, tilesY, vectors, first: first(n), y: to, oH, oW, bias: bias ?? 0 }]
    })
    return [...inputs, ['winogradMultiply', { u, v, vStep, O, C, T, m, mStep }], ...outputs]
  }

  const room = (vStep + mStep) * POINTS
  packedWeights(device, w, O, C, u =>
    paddedBuffers(device, padded, ranges.length, buffers =>
      scratch((room * ranges.length) / 4, v =>
        pool.run(
          ranges.map((range, i) => chunks(range, images).flatMap(chunk => chunkOf(chunk, u, buffers[i], v + i * room))),
        ),
      ),
    ),
  )
}

/** Lends the weights of all points, U = G g Gᵀ, packed. */
function packedWeights(
  { kernels, scratch }: Device,
  w: Pointer,
  O: number,
  C: number,
  use: (u: Pointer) => void,
): void {
  const step = (O * C + GAP) * 4
  scratch(POINTS * O * C, packed => {
    scratch((POINTS * step) / 4, u => {
      kernels.winogradWeights(w, u, O, C, step)
      for (let i = 0; i < POINTS; i++) kernels.packRows(u + i * step, C * 4, 4, O, C, packed + i * O * C * 4)
    })
    use(packed)
  })
}
