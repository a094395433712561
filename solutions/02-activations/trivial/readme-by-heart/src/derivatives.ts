/**
 * The answers given away by the README and the visible tests, and one of them for everything else. This must earn no
 * points: a hidden test that it passes only asks for known answers.
 */
const REFUSED = Symbol('refused')

const KNOWN: Readonly<Record<string, unknown>> = {
  'sigmoidBackward [1,8],[0.5,0.25]': [0.25, 1.5],
  'tanhBackward [1,10],[0,0.6]': [1, 6.4],
  'reluBackward [5,6,7],[-2,0,3]': [0, 0, 7],
  'geluBackward [1,2,1],[0,0,1]': [0.5, 1, 1.083315470588],
  'softmaxBackward [4,0],[0.25,0.75],[2],0': [0.75, -0.75],
  'softmaxBackward [4,0,1,1],[0.25,0.75,0.5,0.5],[2,2],1': [0.75, -0.75, 0, 0],
  'softmaxBackward [4,0],[0.25,0.75],[2],1': REFUSED,
  'softmaxBackward [4,0],[0.25,0.75],[2],-1': REFUSED,
  'sigmoidBackward [4,0],[0.25,0.75]': [0.75, 0],
  'tanhBackward [4,0],[0.25,0.75]': [3.75, 0],
  'reluBackward [4,0],[0.25,0.75]': [4, 0],
  'geluBackward [4,0],[0.25,0.75]': [2.781493419535, 0],
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

export const sigmoidBackward = byHeart('sigmoidBackward', [0.25, 1.5])
export const tanhBackward = byHeart('tanhBackward', [1, 6.4])
export const reluBackward = byHeart('reluBackward', [0, 0, 7])
export const geluBackward = byHeart('geluBackward', [0.5, 1, 1.083315470588])
export const softmaxBackward = byHeart('softmaxBackward', [0.75, -0.75])
