import type { Device } from '../device.ts'
import type { Pointer } from '../module.ts'
import type { Call } from '../pool/thread-pool.ts'
import { chunks, indices, type Range, split } from '../ranges.ts'
import { FOLD_AFTER, sumsAndTotals } from './long-sums.ts'
import { type Conv3x3, GAP, paddedBuffers, padInto, POINTS, tiling } from './winograd-tiles.ts'

/** How many tiles are taken at a time: more than in the forward pass, because sums are longer. */
const CHUNK_TILES = 128

/** What all bands read, and where their sums are. */
interface Shared {
  readonly positions: Pointer
  readonly offsets: Pointer
  readonly sums: Pointer
  readonly totals: Pointer
}

/** What a band works with: V, the transformed gradient P, and a padded image of each. */
interface Room {
  readonly v: Pointer
  readonly p: Pointer
  readonly image: Pointer
  readonly gradient: Pointer
}

/**
 * The gradient of the weights, dw [O, C, 3, 3]. Each job has a band of the rows of dw, and reads all images, a chunk at a
 * time: so every sum keeps its order, and no thread waits for another before the end.
 */
export function winogradWeightGradient(
  device: Device,
  conv: Conv3x3,
  x: Pointer,
  dy: Pointer,
  N: number,
  dw: Pointer,
): void {
  const { kernels, pool, scratch, integers } = device
  const [C, H, W] = conv.image
  const [O, oH, oW] = conv.output
  const { tilesY, vectors, rows, width, tilesPerImage } = tiling(conv)
  const padded = { planes: C, rows, width }
  const inChunk = Math.min(N, Math.max(1, Math.floor(CHUNK_TILES / tilesPerImage)))
  const T = inChunk * tilesPerImage
  const group = Math.max(1, Math.floor(FOLD_AFTER.vectors / Math.max(T / 4, FOLD_AFTER.minimum)))
  const vStep = (C * T + GAP) * 4
  const pStepOf = (band: Range) => (band.count * T + GAP) * 4
  const paddedGradient = (band: Range) => ({ planes: band.count, rows: 4 * tilesY, width })

  function transform(n: number, first: number, band: Range, { v, p, image, gradient }: Room): Call[] {
    const layout = { x: image, C, rows, width, tilesY, vectors }
    const to = { v, pointStep: vStep, channelStep: T * 4, panelStep: 32, first }
    const place = { p, pointStep: pStepOf(band), T, first }
    return [
      padInto(image, padded, x + n * C * H * W * 4, [H, W], conv.padding),
      ['winogradInput', { ...layout, ...to }],
      padInto(gradient, paddedGradient(band), dy + (n * O + band.from) * oH * oW * 4, [oH, oW], [0, 0]),
      ['winogradGradient', { dy: gradient, O: band.count, width, tilesY, vectors, ...place }],
    ]
  }

  function addChunk(chunk: Range, isLast: boolean, band: Range, shared: Shared, { v, p }: Room): Call[] {
    const { positions, offsets } = shared
    const range = { first: 0, end: (chunk.count * tilesPerImage) / 4, vectors: T / 4 }
    return indices({ from: 0, count: POINTS }).flatMap((point): Call[] => {
      const at = (point * O + band.from) * C
      const sums = shared.sums + at * 16
      const operands = { x: v + point * vStep, positions, offsets, K: C, dy: p + point * pStepOf(band), O: band.count }
      const add: Call = ['addWeightGradient', { ...operands, ...range, sums }]
      return isLast ? [add, ['foldSums', { sums, totals: shared.totals + at * 8, n: band.count * C }]] : [add]
    })
  }

  /** All calls for a band. Chunks and groups are the same on any number of threads, and so is each sum. */
  function callsFor(band: Range, shared: Shared, room: Room): Call[] {
    return chunks({ from: 0, count: N }, inChunk).flatMap((chunk, i, all) => [
      ...indices(chunk).flatMap(n => transform(n, (n - chunk.from) * tilesPerImage, band, room)),
      ...addChunk(chunk, i + 1 === all.length || (i + 1) % group === 0, band, shared, room),
    ])
  }

  function addUp(bands: readonly Range[], shared: Shared): void {
    const [widest] = bands
    const [vRoom, pRoom] = [vStep * POINTS, pStepOf(widest) * POINTS]
    paddedBuffers(device, padded, bands.length, images =>
      paddedBuffers(device, paddedGradient(widest), bands.length, gradients =>
        scratch(((vRoom + pRoom) * bands.length) / 4, first =>
          pool.run(
            bands.map((band, i) => {
              const v = first + i * (vRoom + pRoom)
              return callsFor(band, shared, { v, p: v + vRoom, image: images[i], gradient: gradients[i] })
            }),
          ),
        ),
      ),
    )
  }

  const steps = Int32Array.from({ length: T / 4 }, (_, i) => i * 16)
  const rowsOfV = Int32Array.from({ length: C }, (_, c) => c * T * 4)
  // Each band transforms all images, so there are no more bands than threads.
  pool.decide('winograd dw', N * O * C * tilesPerImage * POINTS, jobs =>
    sumsAndTotals(device, POINTS * O * C, (sums, totals) => {
      const bands = split(O, Math.min(jobs, pool.size), 4)
      integers(steps, positions => integers(rowsOfV, offsets => addUp(bands, { positions, offsets, sums, totals })))
      kernels.winogradWeightGradient(totals, dw, O, C)
    }),
  )
}
