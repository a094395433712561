/**
 * A gradient check knows no tensors: it nudges one number at a time and looks how far `f` moves.
 *
 * Its tolerances have reasons. Central differences err by h²·f‴/6 from truncation, and by about ε·|f|/h from rounding,
 * where ε = 2⁻⁵². With h = 1e-5 both are near 1e-11 for values of ordinary size, so a relative error of 1e-6 never
 * comes from the method, but always from a wrong gradient (or from a kink within h of the point: keep away from those).
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

interface Mismatch {
  readonly input: number
  readonly index: number
  readonly analytic: number
  readonly numeric: number
}

/** Compares gradients with central differences at each coordinate; throws `GradientMismatch` where they disagree. */
export async function gradcheck(options: GradcheckOptions): Promise<void> {
  const { gradients, at, relative = 1e-6, absolute = 1e-8 } = options
  checkSizes(gradients, at)
  const mismatches: Mismatch[] = []
  let count = 0
  for (const [input, x] of at.entries()) {
    for (let index = 0; index < x.length; index++) {
      const analytic = gradients[input][index]
      const { numeric, noise } = await centralDifference(options, input, index)
      const allowed = absolute + noise + relative * Math.max(Math.abs(analytic), Math.abs(numeric))
      count++
      // Written so that a NaN on either side is a mismatch.
      if (!(Math.abs(analytic - numeric) <= allowed)) mismatches.push({ input, index, analytic, numeric })
    }
  }
  if (mismatches.length > 0) throw new GradientMismatch(report(mismatches, count))
}

async function centralDifference({ f, at, step = 1e-5 }: GradcheckOptions, input: number, index: number) {
  const x = at[input][index]
  const h = step * Math.max(1, Math.abs(x))
  const moved = async (to: number) => {
    const inputs = at.map(values => values.slice())
    inputs[input][index] = to
    return f(inputs)
  }
  const [above, below] = [x + h, x - h]
  const [fAbove, fBelow] = [await moved(above), await moved(below)]
  // What was added is not exactly h, so divide by what was. A sum of many terms may lose some 64 units in the last place.
  const width = above - below
  const noise = (64 * Number.EPSILON * Math.max(Math.abs(fAbove), Math.abs(fBelow))) / width
  return { numeric: (fAbove - fBelow) / width, noise }
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

function report(mismatches: readonly Mismatch[], count: number): string {
  const shown = mismatches
    .slice(0, 3)
    .map(
      ({ input, index, analytic, numeric }) =>
        `\n  input ${input}, index ${index}: the gradient says ${digits(analytic)}, central differences say ${digits(numeric)}`,
    )
  const more = mismatches.length > 3 ? `\n  and ${mismatches.length - 3} more` : ''
  return `gradcheck: ${mismatches.length} of ${count} numbers disagree.${shown.join('')}${more}`
}

const digits = (x: number): string => String(Number(x.toPrecision(8)))
