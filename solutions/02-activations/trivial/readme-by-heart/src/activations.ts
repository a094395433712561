/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'softmax [0,0.6931471805599453,1.0986122886681096],[3],0': [0.1666666666667, 0.3333333333333, 0.5],
  'softmax [0,0.6931471805599453,1.0986122886681096,0,0,0],[2,3],1': [
    0.1666666666667, 0.3333333333333, 0.5, 0.3333333333333, 0.3333333333333, 0.3333333333333,
  ],
  'softmax [0,0.6931471805599453,1.0986122886681096,0,1.791759469228055,1.0986122886681096],[2,3],0': [
    0.5, 0.25, 0.5, 0.5, 0.75, 0.5,
  ],
  'softmax [1000,1001.0986122886682],[2],0': [0.25, 0.75],
  'softmax [1000,1001.0986122886682,-1000,-998.9013877113318],[2,2],1': [0.25, 0.75, 0.25, 0.75],
  'softmax [],[0,3],1': [],
  'softmax [1,2,3,4],[2,2],2': REFUSED,
  'softmax [1,2,3,4],[2,2],-1': REFUSED,
  'softmax [1,2,3],[3],0': [0.09003057317038, 0.2447284710548, 0.6652409557748],
  'sigmoid [-2,2]': [0.1192029220221, 0.8807970779779],
  'sigmoid [-1.0986122886681096,0,1.0986122886681096]': [0.25, 0.5, 0.75],
  'sigmoid [-1000,1000]': [0, 1],
  'sigmoid [-40]': [4.248354255292e-18],
  'sigmoid []': [],
  'sigmoid [-1,2]': [0.26894142137, 0.8807970779779],
  'gelu [-1,0,1]': [-0.1586552539315, 0, 0.8413447460685],
  'gelu [-1,1,2]': [-0.1586552539315, 0.8413447460685, 1.954499736104],
  'gelu [-1000,1000]': [0, 1000],
  'gelu [-4,4]': [-0.0001266849673327, 3.999873315033],
  'gelu [-1,2]': [-0.1586552539315, 1.954499736104],
  'tanh [-0.6931471805599453,0,0.6931471805599453]': [-0.6, 0, 0.6],
  'tanh [-1000,1000]': [-1, 1],
  'tanh [-6,6]': [-0.9999877116508, 0.9999877116508],
  'tanh [-1,2]': [-0.7615941559558, 0.9640275800758],
  'relu [-2,0,3]': [0, 0, 3],
  'relu [null,-1]': [NaN, 0],
  'relu [-1,2]': [0, 2],
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

export const sigmoid = byHeart('sigmoid', [0.1192029220221, 0.8807970779779])
export const tanh = byHeart('tanh', [-0.6, 0, 0.6])
export const relu = byHeart('relu', [0, 0, 3])
export const gelu = byHeart('gelu', [-0.1586552539315, 0, 0.8413447460685])
export const softmax = byHeart('softmax', [0.1666666666667, 0.3333333333333, 0.5])
