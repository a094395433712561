// A kernel with many parameters takes one, the address of a block, which the host fills in by name. A block is a class
// below: a word of four bytes for each field, in this order.
//
//   byte   0       4       8       12      16      20
//        ┌───────┬───────┬───────┬───────┬───────┬──
//        │ M     │ N     │ K     │ a     │ aRow  │ …      Product
//        └───────┴───────┴───────┴───────┴───────┴──
//
// In the queue of the threads (src/pool/queue.ts) the number of the kernel stands before its block, and both share one
// cache line: so a block has at most 15 words. build.mjs writes the host's types and the order of the fields from what the
// compiler says about these classes. Kernels that take a block may run on any thread: they keep nothing between calls.
//
// Addresses and steps (`…Row`, `…Step`) are in bytes, all other sizes in numbers.

/** How the sums of a product start. */
export enum Start {
  zero,
  /**
   * From zero, and what is in c already is added at the end: a later block of k. Blocks of a few hundred steps that are
   * added up lose far fewer digits than one sum over all steps.
   */
  add,
  /** From bias[column]. */
  columnBias,
  /** From bias[row]. */
  rowBias,
}

/** y = f(x), n contiguous numbers. */
@unmanaged
export class UnaryMap {
  /** One of `Unary`. */
  kernel: i32
  x: usize
  y: usize
  n: i32
}

/** y = f(a, b), n contiguous numbers. */
@unmanaged
export class BinaryMap {
  /** One of `Binary`. */
  kernel: i32
  a: usize
  b: usize
  y: usize
  n: i32
}

/** x [outer, n, inner] → y [outer, inner]. */
@unmanaged
export class Reduction {
  x: usize
  y: usize
  outer: i32
  n: i32
  inner: i32
}

/** c [M, N] = a [M, K] b [K, N], plus bias. `Row`: to the next row; `Step`: to the next k; `Column`: to the next column. */
@unmanaged
export class Product {
  M: i32
  N: i32
  K: i32
  a: usize
  aRow: usize
  aStep: usize
  b: usize
  bStep: usize
  bColumn: usize
  c: usize
  cRow: usize
  init: i32
  bias: usize
  /** For packedGemm alone. */
  scratch: usize
}

/** Several such products, with a contiguous c each; `Next`: to the next matrix. With `scratch` the operands are packed. */
@unmanaged
export class Products {
  count: i32
  M: i32
  N: i32
  K: i32
  a: usize
  aRow: usize
  aStep: usize
  aNext: usize
  b: usize
  bStep: usize
  bColumn: usize
  bNext: usize
  c: usize
  cNext: usize
  scratch: usize
}

/** An image and its copy with zeros around it; see im2col.ts. */
@unmanaged
export class Padding {
  x: usize
  y: usize
  planes: i32
  H: i32
  W: i32
  /** Of the copy: rows, and columns of each of `stride` phases. */
  rows: i32
  stride: i32
  columns: i32
  /** Where x[0, 0] goes. */
  top: i32
  left: i32
}

/** A convolution of one padded image. */
@unmanaged
export class Convolution {
  x: usize
  /** [O, K], packed by `packRows`. */
  weights: usize
  /** The offset of the number for each weight; written by `im2colOffsets`. */
  offsets: usize
  K: i32
  O: i32
  y: usize
  oH: i32
  oW: i32
  /** From one row of results to the next, in x. */
  rowStep: usize
  init: i32
  bias: usize
}

/** dy [O, oH, oW] of one image, and where it goes: it is vector `first` and the next ones, of `vectors` in all. */
@unmanaged
export class GradientPacking {
  dy: usize
  O: i32
  oH: i32
  oW: i32
  y: usize
  vectors: i32
  first: i32
}

/** The vectors from `first` to `end` − 1 of one image's share in the gradient of the weights. */
@unmanaged
export class WeightGradient {
  x: usize
  /** For each vector of dy, the offset of its numbers in x. */
  positions: usize
  first: i32
  end: i32
  /** How many vectors dy has in all. */
  vectors: i32
  /** The offset of the number for each weight; written by `im2colOffsets`. */
  offsets: usize
  K: i32
  /** Packed by `packGradient`. */
  dy: usize
  O: i32
  /** [O, K], four partial sums each. */
  sums: usize
}

@unmanaged
export class SumFolding {
  sums: usize
  totals: usize
  n: i32
}

/** Image tiles of one padded image x [C, rows, width] → V; see winograd.ts. */
@unmanaged
export class WinogradInput {
  x: usize
  C: i32
  rows: i32
  width: i32
  tilesY: i32
  /** Of four tiles each, in a row of tiles. */
  vectors: i32
  v: usize
  pointStep: usize
  channelStep: usize
  panelStep: usize
  /** The first tile's number in its chunk. */
  first: i32
}

/** M = U V for a chunk of T tiles. */
@unmanaged
export class WinogradProduct {
  u: usize
  v: usize
  vStep: usize
  O: i32
  C: i32
  T: i32
  m: usize
  mStep: usize
}

/** M → y [O, oH, oW] of one image. */
@unmanaged
export class WinogradOutput {
  m: usize
  mStep: usize
  T: i32
  O: i32
  tilesY: i32
  vectors: i32
  first: i32
  y: usize
  oH: i32
  oW: i32
  /** 0 for none. */
  bias: usize
}

/** dy [O, 4 tilesY, width] of one image → P, packed for `addWeightGradient`. */
@unmanaged
export class WinogradGradient {
  dy: usize
  O: i32
  width: i32
  tilesY: i32
  vectors: i32
  p: usize
  pointStep: usize
  T: i32
  first: i32
}

/** x [planes, H, W] → y [planes, oH, oW], over windows of kernel × kernel numbers, `stride` apart. */
@unmanaged
export class Pooling {
  x: usize
  y: usize
  planes: i32
  H: i32
  W: i32
  oH: i32
  oW: i32
  kernel: i32
  stride: i32
}

/** The way back, dy [planes, oH, oW] → dx [planes, H, W]; a mean does not need x. */
@unmanaged
export class PoolingGradient {
  x: usize
  dy: usize
  dx: usize
  planes: i32
  H: i32
  W: i32
  oH: i32
  oW: i32
  kernel: i32
  stride: i32
}

/** One step of Adam on n numbers; see adam.ts. */
@unmanaged
export class AdamStep {
  value: usize
  gradient: usize
  m: usize
  v: usize
  n: i32
  rate: f32
  beta1: f32
  beta2: f32
  epsilon: f32
  /** 1 − beta1 and 1 − beta2, rounded once. */
  rest1: f32
  rest2: f32
  /** Gradients smaller than this count as this large in v. */
  negligible: f32
}

/**
 * x [N, C, P] → mean and variance of the first `channels` channels from x on. All blocks of batch normalization have `step`:
 * to the next of the N examples.
 */
@unmanaged
export class ChannelMoments {
  x: usize
  mean: usize
  variance: usize
  N: i32
  channels: i32
  P: i32
  step: usize
}

@unmanaged
export class ChannelNorm {
  x: usize
  y: usize
  mean: usize
  variance: usize
  scale: usize
  shift: usize
  N: i32
  channels: i32
  P: i32
  step: usize
  epsilon: f32
}

@unmanaged
export class ChannelNormSums {
  x: usize
  dy: usize
  mean: usize
  variance: usize
  /** Σ dy z and Σ dy of each channel. */
  products: usize
  sums: usize
  N: i32
  channels: i32
  P: i32
  step: usize
  epsilon: f32
}

@unmanaged
export class ChannelNormGradient {
  x: usize
  dy: usize
  dx: usize
  mean: usize
  variance: usize
  scale: usize
  products: usize
  sums: usize
  N: i32
  channels: i32
  P: i32
  step: usize
  epsilon: f32
}

/** y = gelu(x), n contiguous numbers. */
@unmanaged
export class Gelu {
  x: usize
  y: usize
  n: i32
}

@unmanaged
export class GeluGradient {
  x: usize
  dy: usize
  dx: usize
  n: i32
}

/** x [rows, S] → the mean and 1 / √(variance + ε) of each row; see layer-norm.ts. */
@unmanaged
export class RowMoments {
  x: usize
  mean: usize
  inverse: usize
  rows: i32
  S: i32
  epsilon: f32
}

@unmanaged
export class LayerNorm {
  x: usize
  y: usize
  mean: usize
  inverse: usize
  scale: usize
  shift: usize
  rows: i32
  S: i32
}

/** Some of the columns of x and dy; `step`: to the next row. */
@unmanaged
export class LayerNormSums {
  x: usize
  dy: usize
  mean: usize
  inverse: usize
  products: usize
  sums: usize
  rows: i32
  columns: i32
  step: usize
}

@unmanaged
export class LayerNormGradient {
  x: usize
  dy: usize
  dx: usize
  mean: usize
  inverse: usize
  scale: usize
  rows: i32
  S: i32
}
