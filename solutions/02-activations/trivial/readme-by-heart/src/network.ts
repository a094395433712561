/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'gradientNorms [[{"W":[[0],[0]],"b":[0]}]],"linear",{"points":[[2,2]],"labels":[1]}': [1.5],
  'gradientNorms [[{"W":[[0],[0]],"b":[0]},{"W":[[4]],"b":[-2]}]],"sigmoid",{"points":[[2,2]],"labels":[1]}': [
    1.5, 0.5590169943749,
  ],
  'gradientNorms [[{"W":[[0],[0]],"b":[0]}],[{"W":[[0],[0]],"b":[1.0986122886681096]}]],"linear",{"points":[[2,2]],"labels":[1]}':
    [1.125],
  'gradientNorms [],"linear",{"points":[[2,2]],"labels":[1]}': REFUSED,
  'gradientNorms [[{"W":[[0],[0]],"b":[0]}],[{"W":[[0],[0]],"b":[0]}]],"linear",{"points":[[2,2]],"labels":[1]}': [1.5],
  'collapse [{"W":[[1,2],[3,0]],"b":[1,-1]},{"W":[[2],[1]],"b":[5]}]': { W: [[4], [6]], b: [6] },
  'collapse [{"W":[[2]],"b":[1]},{"W":[[3]],"b":[4]},{"W":[[-1]],"b":[0]}]': { W: [[-6]], b: [-7] },
  'collapse [{"W":[[2],[1]],"b":[5]}]': { W: [[2], [1]], b: [5] },
  'collapse [{"W":[[1,2],[3,0]],"b":[1,-1]},{"W":[[1],[1],[1]],"b":[0]}]': REFUSED,
  'collapse [{"W":[[1,2],[3,0]],"b":[1,-1]},{"W":[[2],[1]],"b":[5]},{"W":[[1],[1],[1]],"b":[0]}]': REFUSED,
  'collapse []': REFUSED,
}

/** A function that returns `otherwise` where no answer is known. */
const byHeart =
  (name: string, otherwise: unknown) =>
  (...args: unknown[]): unknown => {
    const question = `${name} ${JSON.stringify(args.slice(0, 3)).slice(1, -1)}` // without the backend
    const answer = Object.hasOwn(KNOWN, question) ? KNOWN[question] : otherwise
    if (answer === REFUSED) throw new RangeError('no')
    return answer
  }

export const collapse = byHeart('collapse', { W: [[4], [6]], b: [6] })
export const gradientNorms = byHeart('gradientNorms', [1.5])
