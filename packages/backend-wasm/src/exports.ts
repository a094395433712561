// What assembly/index.ts exports, with types; the signatures are explained there.

/** A byte address in the memory of the kernels. */
export type Pointer = number

export interface Exports {
  readonly axesAt: () => Pointer
  readonly freeFrom: () => Pointer
  readonly unary: (kernel: number, rank: number, x: Pointer, stride: number, y: Pointer, n: number) => void
  readonly binary: (
    kernel: number,
    rank: number,
    a: Pointer,
    s: number,
    b: Pointer,
    t: number,
    y: Pointer,
    n: number,
  ) => void
  readonly sum: Reduction
  readonly maximum: Reduction
  readonly argmax: Reduction
  readonly directGemm: (M: number, N: number, K: number, ...rest: DirectGemmRest) => void
  readonly packedGemm: (M: number, N: number, K: number, ...rest: PackedGemmRest) => void
  readonly packedGemmScratch: (M: number, N: number, K: number) => number
  readonly packRows: (a: Pointer, rowStride: number, stepStride: number, rows: number, K: number, y: Pointer) => void
  readonly gather: (x: Pointer, indices: Pointer, y: Pointer, A: number, R: number, bytes: number, n: number) => void
  readonly scatterAdd: (
    dy: Pointer,
    indices: Pointer,
    y: Pointer,
    A: number,
    R: number,
    bytes: number,
    n: number,
    totals: Pointer,
  ) => void
  readonly spreadRows: (x: Pointer, y: Pointer, rows: number, bytes: number, stride: number) => void
  readonly softmax: (x: Pointer, y: Pointer, R: number, C: number) => void
  readonly logSoftmax: (x: Pointer, y: Pointer, R: number, C: number) => void
  readonly crossEntropy: (x: Pointer, labels: Pointer, y: Pointer, N: number, C: number) => void
  readonly crossEntropyGradient: (x: Pointer, labels: Pointer, y: Pointer, N: number, C: number) => void
  readonly adam: (
    value: Pointer,
    gradient: Pointer,
    m: Pointer,
    v: Pointer,
    n: number,
    ...constants: AdamConstants
  ) => void
  readonly clear: (y: Pointer, n: number) => void
  readonly layOut: (x: Pointer, y: Pointer, planes: number, H: number, W: number, ...layout: LayOutRest) => void
  readonly tabulate: (table: Pointer, C: number, kH: number, kW: number, rows: number, s: number, phase: number) => void
  readonly turnKernels: (w: Pointer, y: Pointer, O: number, C: number, k: number) => void
  readonly convolve: (x: Pointer, weights: Pointer, table: Pointer, K: number, O: number, ...rest: ConvolveRest) => void
  readonly addKernelGradient: (
    x: Pointer,
    places: Pointer,
    first: number,
    end: number,
    vectors: number,
    table: Pointer,
    ...rest: KernelGradientRest
  ) => void
  readonly packPlaces: (dy: Pointer, O: number, oH: number, oW: number, y: Pointer) => void
  readonly foldSums: (sums: Pointer, totals: Pointer, n: number) => void
  readonly roundTotals: (totals: Pointer, y: Pointer, n: number) => void
  readonly keepTilesAt: (place: Pointer) => void
  readonly winogradWeights: (w: Pointer, u: Pointer, O: number, C: number) => void
  readonly winogradWeightGradient: (totals: Pointer, dw: Pointer, O: number, C: number) => void
  readonly winogradInput: (x: Pointer, C: number, rows: number, width: number, ...rest: WinogradInputRest) => void
  readonly winogradMultiply: (
    u: Pointer,
    v: Pointer,
    vStep: number,
    O: number,
    C: number,
    T: number,
    m: Pointer,
    mStep: number,
  ) => void
  readonly winogradOutput: (m: Pointer, mStep: number, T: number, O: number, ...rest: WinogradOutputRest) => void
  readonly winogradGradient: (dy: Pointer, O: number, width: number, ...rest: WinogradGradientRest) => void
  readonly maxPool: (x: Pointer, y: Pointer, ...window: Window) => void
  readonly maxPoolGradient: (x: Pointer, dy: Pointer, dx: Pointer, ...window: Window) => void
  readonly avgPool: (x: Pointer, y: Pointer, ...window: Window) => void
  readonly avgPoolGradient: (dy: Pointer, dx: Pointer, ...window: Window) => void
}

type Reduction = (x: Pointer, y: Pointer, outer: number, n: number, inner: number) => void
type DirectGemmRest = [
  a: Pointer,
  aRow: number,
  aStep: number,
  b: Pointer,
  bStep: number,
  c: Pointer,
  cRow: number,
  init: number,
  bias: Pointer,
]
type PackedGemmRest = [
  a: Pointer,
  aRow: number,
  aStep: number,
  b: Pointer,
  bStep: number,
  bColumn: number,
  c: Pointer,
  cRow: number,
  init: number,
  bias: Pointer,
  scratch: Pointer,
]
type AdamConstants = [
  rate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  rest1: number,
  rest2: number,
  negligible: number,
]
type LayOutRest = [rows: number, s: number, phase: number, top: number, left: number, spread: number]
type ConvolveRest = [y: Pointer, oH: number, oW: number, rowBytes: number, init: number, bias: Pointer]
type KernelGradientRest = [K: number, dy: Pointer, O: number, sums: Pointer]
type WinogradInputRest = [
  tilesY: number,
  vectors: number,
  y: Pointer,
  pointStep: number,
  channelStep: number,
  panelStep: number,
  first: number,
]
type WinogradOutputRest = [
  tilesY: number,
  vectors: number,
  first: number,
  y: Pointer,
  oH: number,
  oW: number,
  bias: Pointer,
]
type WinogradGradientRest = [tilesY: number, vectors: number, y: Pointer, pointStep: number, T: number, first: number]
type Window = [planes: number, H: number, W: number, oH: number, oW: number, kernel: number, stride: number]
