/**
 * A gradient check for plain numbers: it nudges one number at a time and measures how far `f` moves.
 *
 * The tolerances follow from the error of the method. Central differences err by h²·f‴/6 from truncation, and by about ε·|f|/h from rounding,
 * where ε = 2⁻⁵². With h = 1e-5 both are near 1e-11 for values of ordinary size, so a relative error of 1e-6 comes from a
 * wrong gradient; or from a function that bends, ends or has a kink within h, such as log at 1e-6. So where the two
 * disagree, h shrinks until two steps in a row agree, and the gradient is compared with those.
 */
export interface GradcheckOptions {
  /** The function to differentiate; it returns one number. It must not keep or change its inputs. */
  readonly f: (inputs: readonly Float64Array[]) => number | Promise<number>
  /** dL/dx for each input, as the code under test computes it. */
  readonly gradients: readonly ArrayLike<number>[]
  /** The point: one flat array for each input. */
  readonly at: readonly Float64Array[]
  readonly step?: number
  readonly relative?: number
  readonly absolute?: number
}

/** The gradient and central differences disagree; the message says where and by how much. */
export class GradientMismatch extends Error {
  override readonly name = 'GradientMismatch'
}

interface WrongCoordinate {
  readonly input: number
  readonly index: number
  readonly analytic: number
  readonly numeric: number
  /** What is special about the point, if that is the reason. */
  readonly cause: string
}

/** How f moves around a point. */
interface Slope {
  readonly numeric: number
  /** By how much `numeric` may be off. */
  readonly noise: number
  readonly left: number
  readonly right: number
}

type Along = (h: number) => Promise<Slope>

/** Compares gradients with central differences at each coordinate; throws `GradientMismatch` where they disagree. */
export async function gradcheck(options: GradcheckOptions): Promise<void> {
  const { gradients, at, step = 1e-5 } = options
  checkSizes(gradients, at)
  const mismatches: WrongCoordinate[] = []
  let count = 0
  for (const [input, x] of at.entries()) {
    for (let index = 0; index < x.length; index++) {
      count++
      const analytic = gradients[input][index]
      const along = slopes(options, input, index)
      const h = step * Math.max(1, Math.abs(x[index]))
      const first = await along(h)
      if (agree(analytic, first, options)) continue
      const { slope, cause } = await settle(along, first, h, options)
      if (!agree(analytic, slope, options)) mismatches.push({ input, index, analytic, numeric: slope.numeric, cause })
    }
  }
  if (mismatches.length > 0) throw new GradientMismatch(report(mismatches, count))
}

/** Written so that a NaN on either side is a mismatch, and where `f` is infinite close by, so is everything. */
function agree(analytic: number, { numeric, noise }: Slope, { relative = 1e-6, absolute = 1e-8 }: GradcheckOptions) {
  const allowed = absolute + noise + relative * Math.max(Math.abs(analytic), Math.abs(numeric))
  return allowed < Infinity && Math.abs(analytic - numeric) <= allowed
}

function slopes({ f, at }: GradcheckOptions, input: number, index: number): Along {
  const x = at[input][index]
  const moved = async (to: number) => {
    const inputs = at.map(values => values.slice())
    inputs[input][index] = to
    return f(inputs)
  }
  return async h => {
    const [above, below] = [x + h, x - h]
    const [fAbove, fHere, fBelow] = [await moved(above), await moved(x), await moved(below)]
    // What was added is not exactly h, so divide by what was. A sum of many terms may lose some 64 units in the last place.
    const width = above - below
    const noise = (64 * Number.EPSILON * Math.max(Math.abs(fAbove), Math.abs(fBelow))) / width
    const [left, right] = [(fHere - fBelow) / (x - below), (fAbove - fHere) / (above - x)]
    return { numeric: (fAbove - fBelow) / width, noise, left, right }
  }
}

const SHRINK = 10
/** Down to h · 10⁻⁷; below that, rounding leaves no digits. */
const MAX_SHRINKS = 7

/** Goes to smaller steps until two in a row agree: the slope there, and what it says about the point. */
async function settle(along: Along, first: Slope, h: number, options: GradcheckOptions) {
  let last = first
  for (let i = 1; i <= MAX_SHRINKS; i++) {
    const next = await along(h / SHRINK ** i)
    if (agree(last.numeric, next, options)) {
      const noise = last.noise + Math.abs(last.numeric - next.numeric)
      return { slope: { ...last, noise }, cause: kink(first, next) }
    }
    last = next
  }
  return { slope: last, cause: Number.isFinite(first.numeric) ? '' : '; f is not a number close by' }
}

/** The slopes on both sides of a smooth point come together as h shrinks; at a kink they stay apart. */
function kink(wide: Slope, close: Slope): string {
  const [apart, before] = [Math.abs(close.right - close.left), Math.abs(wide.right - wide.left)]
  if (!(apart > before / 2 && apart > 8 * close.noise + 1e-6)) return ''
  return `; f has a kink there, its slope is ${digits(close.left)} on the left and ${digits(close.right)} on the right: try another point`
}

function checkSizes(gradients: readonly ArrayLike<number>[], at: readonly Float64Array[]): void {
  if (gradients.length !== at.length) {
    throw new GradientMismatch(`gradcheck: there are ${at.length} inputs, but ${gradients.length} gradients.`)
  }
  for (const [input, x] of at.entries()) {
    if (gradients[input].length === x.length) continue
    const sizes = `input ${input} has ${x.length} numbers, but its gradient has ${gradients[input].length}`
    throw new GradientMismatch(`gradcheck: ${sizes}.\n  Hint: a gradient has the shape of the value it belongs to.`)
  }
}

function report(mismatches: readonly WrongCoordinate[], count: number): string {
  const shown = mismatches
    .slice(0, 3)
    .map(
      ({ input, index, analytic, numeric, cause }) =>
        `\n  input ${input}, index ${index}: the gradient says ${digits(analytic)}, central differences say ${digits(numeric)}${cause}`,
    )
  const more = mismatches.length > 3 ? `\n  and ${mismatches.length - 3} more` : ''
  return `gradcheck: ${mismatches.length} of ${count} numbers disagree.${shown.join('')}${more}`
}

const digits = (x: number): string => String(Number(x.toPrecision(8)))
