/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'mseGradient [150,170,210],[160,170,180]': [-6.666666666667, 0, 20],
  'maeGradient [150,170,210],[160,170,180]': [-0.3333333333333, 0, 0.3333333333333],
  'maeGradient [0.001],[0]': [1],
  'bceGradient [0.5,0.2],[1,0],"sum"': [-2, 1.25],
  'bceGradient [0],[0]': [1],
  'bceWithLogitsGradient [1.0986122886681096,1.0986122886681096],[1,0],"sum"': [-0.25, 0.75],
  'crossEntropyGradient [[1.791759469228055,1.0986122886681096,0]],[1]': [[0.6, -0.7, 0.1]],
  'crossEntropyGradient [[0,0],[0,0]],[0,1]': [
    [-0.25, 0.25],
    [0.25, -0.25],
  ],
  'crossEntropyGradient [[0,0],[0,0]],[0,1],"sum"': [
    [-0.5, 0.5],
    [0.5, -0.5],
  ],
  'mseGradient [1,2],[1]': REFUSED,
  'crossEntropyGradient [],[]': REFUSED,
  'mseGradient [0.25,0.5],[1,0],"mean"': [-0.75, 0.5],
  'maeGradient [0.25,0.5],[1,0],"mean"': [-0.5, 0.5],
  'bceGradient [0.25,0.5],[1,0],"mean"': [-2, 1],
  'bceWithLogitsGradient [0.25,0.5],[1,0],"mean"': [-0.2189117495571, 0.3112296656009],
  'crossEntropyGradient [[3,1,2]],[0],"mean"': [[-0.3347590442252, 0.09003057317038, 0.2447284710548]],
}

/** A function that returns `otherwise` where no answer is known. */
const byHeart =
  (name: string, otherwise: unknown) =>
  (...args: unknown[]): unknown => {
    const question = `${name} ${JSON.stringify(args).slice(1, -1)}`
    const answer = Object.hasOwn(KNOWN, question) ? KNOWN[question] : otherwise
    if (answer === REFUSED) throw new RangeError('no')
    return answer
  }

export const softmax = byHeart('softmax', undefined)
export const mseGradient = byHeart('mseGradient', [-6.666666666667, 0, 20])
export const maeGradient = byHeart('maeGradient', [-0.3333333333333, 0, 0.3333333333333])
export const bceGradient = byHeart('bceGradient', [-2, 1.25])
export const bceWithLogitsGradient = byHeart('bceWithLogitsGradient', [-0.25, 0.75])
export const crossEntropyGradient = byHeart('crossEntropyGradient', [[0.6, -0.7, 0.1]])
