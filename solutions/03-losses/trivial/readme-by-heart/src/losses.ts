/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'bceWithLogits [0],[1]': 0.6931471805599,
  'bceWithLogits [0],[0]': 0.6931471805599,
  'bceWithLogits [1.0986122886681096],[1]': 0.2876820724518,
  'bceWithLogits [1.0986122886681096],[0]': 1.38629436112,
  'bceWithLogits [1.0986122886681096,0],[0,1]': 1.03972077084,
  'bceWithLogits [1.0986122886681096,0],[0,1],"sum"': 2.07944154168,
  'bceWithLogits [1000],[0]': 1000,
  'bceWithLogits [-1000],[1]': 1000,
  'bceWithLogits [8.01],[0]': 8.010332069578,
  'bceWithLogits [40],[1]': 4.248354255292e-18,
  'bceWithLogits [2],[-1]': REFUSED,
  'bceWithLogits [2],[1,0]': REFUSED,
  'bceWithLogits [],[]': REFUSED,
  'bceWithLogits [2,-3],[1,0],"mean"': 0.08775768130836,
  'crossEntropy [[0,0,0,0]],[2]': 1.38629436112,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0]],[0]': 0.510825623766,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0]],[2]': 2.302585092994,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0],[1.791759469228055,1.0986122886681096,0]],[0,2]': 1.40670535838,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0],[1.791759469228055,1.0986122886681096,0]],[0,2],"sum"': 2.81341071676,
  'crossEntropy [[1001.791759469228,1001.0986122886682,1000]],[2]': 2.302585092994,
  'crossEntropy [[1000,-1000]],[1]': 2000,
  'crossEntropy [[40,0]],[0]': 4.248354255292e-18,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0]],[3]': REFUSED,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0]],[0.5]': REFUSED,
  'crossEntropy [],[]': REFUSED,
  'crossEntropy [[1.791759469228055,1.0986122886681096,0],[1.791759469228055,1.0986122886681096,0]],[1]': REFUSED,
  'crossEntropy [[3,1,2]],[0],"mean"': 0.4076059644444,
  'bce [0.5],[1]': 0.6931471805599,
  'bce [0.25],[1]': 1.38629436112,
  'bce [0.75],[0]': 1.38629436112,
  'bce [0.25,0.5,0.5],[1,0,1]': 0.9241962407466,
  'bce [0.25,0.5,0.5],[1,0,1],"sum"': 2.77258872224,
  'bce [0],[0]': 0,
  'bce [1],[1]': 0,
  'bce [0],[1]': Infinity,
  'bce [3.2],[1]': REFUSED,
  'bce [null],[1]': REFUSED,
  'bce [0.5],[-1]': REFUSED,
  'bce [0.5,0.5],[1]': REFUSED,
  'bce [],[]': REFUSED,
  'bce [0.25,0.5],[1,0],"mean"': 1.03972077084,
  'mse [150,170,210],[160,170,180]': 333.3333333333,
  'mse [1,-1],[0,0]': 1,
  'mse [150,170,210],[160,170,180],"sum"': 1000,
  'mse [1,2],[1]': REFUSED,
  'mse [],[]': REFUSED,
  'mse [150,170,210],[160,170,180],"mean"': 333.3333333333,
  'zeroOne [1,0,0],[1,0,1]': 0.3333333333333,
  'zeroOne [9],[1]': 1,
  'zeroOne [3,5,3,0],[3,4,3,1],"sum"': 2,
  'zeroOne [1,0],[1]': REFUSED,
  'zeroOne [],[]': REFUSED,
  'zeroOne [1,0],[1,1],"sum"': 1,
  'mae [150,170,210],[160,170,180]': 13.33333333333,
  'mae [1,-1],[0,0]': 1,
  'mae [150,170,210],[160,170,180],"sum"': 40,
  'mae [1],[1,2]': REFUSED,
  'mae [],[]': REFUSED,
  'mae [150,170,210],[160,170,180],"mean"': 13.33333333333,
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

export const sum = byHeart('sum', undefined)
export const zeroOne = byHeart('zeroOne', 0.3333333333333)
export const mse = byHeart('mse', 333.3333333333)
export const mae = byHeart('mae', 13.33333333333)
export const bce = byHeart('bce', 0.6931471805599)
export const bceWithLogits = byHeart('bceWithLogits', 0.6931471805599)
export const crossEntropy = byHeart('crossEntropy', 1.38629436112)
