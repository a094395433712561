import { indexedTile, tileRows } from './tile'

/**
 * One image: x laid out, weights [O, K] packed by `packRows`, y [O, oH, oW]. A product of matrices whose right side is
 * never written down: its row k, at the results (oy, ox …), is the image itself, `table[k]` further on.
 */
export function convolve(
  x: usize, weights: usize, table: usize, K: i32, O: i32, y: usize, oH: i32, oW: i32, rowBytes: usize, init: i32,
  bias: usize,
): void {
  const plane = (<usize>(oH * oW)) << 2
  for (let oy = 0; oy < oH; oy++) {
    for (let ox = 0; ox < oW; ox += 8) {
      const from = x + ((<usize>ox) << 2)
      for (let o = 0; o < O; ) {
        const rows = tileRows(O - o)
        const w = weights + ((<usize>(o * K)) << 2)
        const to = y + plane * o + ((<usize>(oy * oW + ox)) << 2)
        indexedTile(rows, w, from, table, K, to, plane, init, bias + ((<usize>o) << 2), min(8, oW - ox))
        o += rows
      }
    }
    x += rowBytes
  }
}
