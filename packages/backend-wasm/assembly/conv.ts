import { Convolution } from './blocks'
import { indexedTile, pairedTile, tileRows } from './tile'

/** y [O, oH, oW] of one image: a product of the weights [O, K] and the matrix that im2col.ts describes. */
export function convolve(p: Convolution): void {
  let x = p.x
  const weights = p.weights
  const offsets = p.offsets
  const K = p.K
  const O = p.O
  const y = p.y
  const oH = p.oH
  const oW = p.oW
  const rowStep = p.rowStep
  const init = p.init
  const bias = p.bias
  const plane = (<usize>(oH * oW)) << 2
  let oy = 0
  // Rows of at most four results would fill half a tile.
  if (oW <= 4) {
    for (; oy + 1 < oH; oy += 2) {
      for (let o = 0; o < O; ) {
        const rows = tileRows(O - o)
        const w = weights + ((<usize>(o * K)) << 2)
        const to = y + plane * o + ((<usize>(oy * oW)) << 2)
        pairedTile(rows, w, x, rowStep, offsets, K, to, plane, init, bias + ((<usize>o) << 2), oW)
        o += rows
      }
      x += 2 * rowStep
    }
  }
  for (; oy < oH; oy++) {
    for (let ox = 0; ox < oW; ox += 8) {
      const from = x + ((<usize>ox) << 2)
      for (let o = 0; o < O; ) {
        const rows = tileRows(O - o)
        const w = weights + ((<usize>(o * K)) << 2)
        const to = y + plane * o + ((<usize>(oy * oW + ox)) << 2)
        indexedTile(rows, w, from, offsets, K, to, plane, init, bias + ((<usize>o) << 2), min(8, oW - ox))
        o += rows
      }
    }
    x += rowStep
  }
}
