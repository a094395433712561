/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'gradientCheck null,[3,2],[12,9]': { numeric: [12.00000000008, 9.000000000015], error: 2.664939112164e-12 },
  'gradientCheck null,[0],[0]': { numeric: [0], error: 0 },
  'gradientCheck null,[3,2],[24,18]': { numeric: [12.00000000008, 9.000000000015], error: 0.3333333333312 },
  'gradientCheck null,[3,2],[-12,-9]': { numeric: [12.00000000008, 9.000000000015], error: 1 },
  'gradientCheck null,[1],[0]': { numeric: [0], error: 0 },
  'gradientCheck null,[3,2],[12,null]': { numeric: [12.00000000008, 9.000000000015], error: NaN },
  'gradientCheck null,[3,2],[2.4e-11,1.8e-11]': {
    numeric: [1.199999999998e-11, 9.000000000026e-12],
    error: 0.3333333333334,
  },
  'gradientCheck null,[3,2],[12]': REFUSED,
  'gradientCheck null,[3,2],[12,9,0]': REFUSED,
  'backprop {"W1":[[0.6931471805599453,1.0986122886681096],[0,-1.0986122886681096]],"b1":[0,0],"w2":[2,1],"b2":0.1},[[1,2]],[1]':
    {
      loss: 0.125,
      gradient: {
        W1: [
          [-0.64, -0.18],
          [-1.28, -0.36],
        ],
        b1: [-0.64, -0.18],
        w2: [-0.3, 0.4],
        b2: -0.5,
      },
    },
  'backprop {"W1":[[0.6931471805599453,1.0986122886681096],[0,-1.0986122886681096]],"b1":[0,0],"w2":[2,1],"b2":0.1},[[1,2],[1,2]],[1,1]':
    {
      loss: 0.125,
      gradient: {
        W1: [
          [-0.64, -0.18],
          [-1.28, -0.36],
        ],
        b1: [-0.64, -0.18],
        w2: [-0.3, 0.4],
        b2: -0.5,
      },
    },
  'backprop {"W1":[[0.6931471805599453,1.0986122886681096],[0,-1.0986122886681096]],"b1":[0,0],"w2":[2,1],"b2":0.1},[[-3,1]],[0]':
    {
      loss: 4.027566878251,
      gradient: {
        W1: [
          [1.031812727366, 0.005189376847338],
          [-0.3439375757888, -0.001729792282446],
        ],
        b1: [-0.3439375757888, -0.001729792282446],
        w2: [2.750828853232, 2.83729172537],
        b2: -2.838156753335,
      },
    },
  'backprop {"W1":[[0.6931471805599453,1.0986122886681096],[0,-1.0986122886681096]],"b1":[0,0],"w2":[2,1],"b2":0.1},[[1,2],[-3,1]],[1,0]':
    {
      loss: 2.076283439125,
      gradient: {
        W1: [
          [0.1959063636832, -0.08740531157633],
          [-0.8119687878944, -0.1808648961412],
        ],
        b1: [-0.4919687878944, -0.09086489614122],
        w2: [1.225414426616, 1.618645862685],
        b2: -1.669078376668,
      },
    },
  'hiddenSpread {"W1":[[1,1,1],[7,7,7]],"b1":[0,0,0],"w2":[2,2,2],"b2":0},null,{"learningRate":0.1,"steps":0}': [0],
  'hiddenSpread {"W1":[[1,1,1],[7,4,9]],"b1":[0,0,0],"w2":[2,2,2],"b2":0},null,{"learningRate":0.1,"steps":0}': [5],
  'hiddenSpread {"W1":[[1,1,1],[7,7,7]],"b1":[0,-3,0],"w2":[2,2,2],"b2":0},null,{"learningRate":0.1,"steps":0}': [3],
  'hiddenSpread {"W1":[[1,1,1],[7,7,7]],"b1":[0,0,0],"w2":[2,2,4],"b2":0},null,{"learningRate":0.1,"steps":0}': [2],
  'hiddenSpread {"W1":[[1,1,1],[7,7,7]],"b1":[0,-4,0],"w2":[2,2,2],"b2":0},null,{"learningRate":0.5,"steps":3}': [
    4, 2, 1, 0.5,
  ],
  'hiddenSpread {"W1":[[1,1,1],[7,7,7]],"b1":[0,0,0],"w2":[2,2,2],"b2":0},null,{"learningRate":0.5,"steps":2}': [
    0, 0, 0,
  ],
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

export const backprop = byHeart('backprop', {
  loss: 0.125,
  gradient: {
    W1: [
      [-0.64, -0.18],
      [-1.28, -0.36],
    ],
    b1: [-0.64, -0.18],
    w2: [-0.3, 0.4],
    b2: -0.5,
  },
})
export const gradientCheck = byHeart('gradientCheck', {
  numeric: [12.00000000008, 9.000000000015],
  error: 2.664939112164e-12,
})
export const hiddenSpread = byHeart('hiddenSpread', [0])
