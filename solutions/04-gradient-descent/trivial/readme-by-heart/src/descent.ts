/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'stabilityLimit null,[1]': 1999.523681641,
  'stabilityLimit null,[4,1]': 0.2000350952148,
  'stabilityLimit null,[99]': 0.2500915527344,
  'stabilityLimit null,[4]': 0.2500915527344,
  'stabilityLimit null,[1000,1]': 0.2006759643555,
  'stabilityLimit null,[1,1]': 0.2000350952148,
  'batches 3,3,{"epochs":1,"rng":{}}': [[[2, 1, 0]]],
  'batches 7,3,{"epochs":1,"rng":{}}': [[[4, 5, 1], [2, 0, 3], [6]]],
  'batches 20,5,{"epochs":2,"rng":{}}': [
    [
      [2, 17, 19, 5, 1],
      [12, 11, 14, 16, 3],
      [6, 15, 8, 4, 10],
      [13, 18, 7, 9, 0],
    ],
    [
      [17, 11, 6, 12, 5],
      [14, 8, 7, 3, 9],
      [0, 4, 2, 15, 19],
      [13, 1, 10, 18, 16],
    ],
  ],
  'batches 6,2.5,{"epochs":1,"rng":{}}': REFUSED,
  'batches 6,-1,{"epochs":1,"rng":{}}': REFUSED,
  'batches 6,0,{"epochs":1,"rng":{}}': REFUSED,
  'batches 0,0,{"epochs":1,"rng":{}}': REFUSED,
  'batches 6,0,{"epochs":0,"rng":{}}': REFUSED,
  'sgd [[2],[1]],[4,3],[0],{"batches":[[0],[1]],"learningRate":0.25}': { w: [2.25], losses: [8, 0.5] },
  'sgd [[2],[1]],[4,3],[0],{"batches":[[0,1]],"learningRate":0.25}': { w: [1.375], losses: [6.25] },
  'sgd [[2],[1],[1]],[4,3,2],[0],{"batches":[[0,1],[2]],"learningRate":0.25}': {
    w: [1.53125],
    losses: [6.25, 0.1953125],
  },
  'sgd [[2],[1]],[4,3],[2],{"batches":[[0],[1]],"learningRate":0.25}': { w: [2.25], losses: [0, 0.5] },
  'step [4,1],[4,10],0.15': [3.4, -0.5],
  'step [0],[2],0.5': [-1],
  'step [1,2],[1],0.1': REFUSED,
  'step [1],[1,2],0.1': REFUSED,
  'step [1,2],[1,null],0.1': REFUSED,
  'step [1],[null],0.1': REFUSED,
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

export const step = byHeart('step', [3.4, -0.5])
export const stabilityLimit = byHeart('stabilityLimit', 1999.523681641)
export const batches = byHeart('batches', [[[2, 1, 0]]])
export const sgd = byHeart('sgd', { w: [2.25], losses: [8, 0.5] })

/** Given: the gradient A(w − c) of a bowl, which the tests make their bowls with. */
export const bowl = (A: number[][], c: number[]) => (w: number[]) =>
  A.map(row => row.reduce((sum, value, j) => sum + value * (w[j] - c[j]), 0))
