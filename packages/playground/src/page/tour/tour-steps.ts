import { type Activation, DEFAULT_SETUP, type Setup } from '../../setup/setup.ts'
import type { Frame } from '../../worker/protocol.ts'

/** A training as far as it has come: one for each set-up and each new start. */
export interface Attempt {
  readonly setup: Setup
  readonly epochs: number
  readonly lossTrain: number
  readonly accuracyTest: number
  /** Whether a weight or bias was set by hand before the first step. */
  readonly byHand: boolean
}

/** What is on the screen at one moment. */
interface Moment {
  readonly setup: Setup
  readonly frame: Pick<Frame, 'epoch' | 'lossTrain' | 'accuracyTest'>
  readonly byHand: boolean
}

/** An attempt, and the epoch at which it began: a change of the learning rate starts one in the middle of a run. */
interface Followed extends Attempt {
  readonly from: number
}

/** The attempts after one more moment: the last one goes on, or another one begins. */
export function follow(attempts: readonly Attempt[], { setup, frame, byHand }: Moment): readonly Attempt[] {
  const last = attempts.at(-1) as Followed | undefined // only this function makes them
  const goesOn = last?.setup === setup && frame.epoch >= last.from + last.epochs
  const from = goesOn ? last.from : frame.epoch
  const { epoch, lossTrain, accuracyTest } = frame
  const now: Followed = { setup, from, epochs: epoch - from, lossTrain, accuracyTest, byHand }
  return goesOn ? [...attempts.slice(0, -1), now] : [...attempts, now]
}

/** What has happened since a question was opened. */
export interface Seen {
  /** Oldest first; the last one is on the screen. */
  readonly attempts: readonly Attempt[]
  /** The layers of the pictures that were pointed at, each once: 0 for features. A name such as `0:x` or `2:5`. */
  readonly looked: ReadonlySet<string>
}

/** One thing to do; the tour ticks it off when it has been done. */
export interface Task {
  readonly text: string
  readonly isDone: (seen: Seen) => boolean
}

/** One question of the lecture. */
export interface TourStep {
  readonly id: string
  readonly title: string
  readonly setup: Setup
  readonly tasks: readonly Task[]
  readonly question: string
  /** Shown on demand. */
  readonly answer: string
}

const layersOf = (...neurons: number[]): Setup['layers'] => neurons.map(count => ({ neurons: count, dropout: 0 }))

const setup = (changes: Partial<Setup>): Setup => ({ ...DEFAULT_SETUP, ...changes })

const someAttempt =
  (is: (attempt: Attempt) => boolean) =>
  ({ attempts }: Seen): boolean =>
    attempts.some(is)

const trained = (epochs: number, is: (attempt: Attempt) => boolean) =>
  someAttempt(attempt => attempt.epochs >= epochs && is(attempt))

const isStraight = ({ setup: { layers } }: Attempt) => layers.length === 0
const isDeep = ({ setup: { layers } }: Attempt) => layers.length >= 6
const hasNeurons =
  (count: number) =>
  ({ setup: { layers } }: Attempt) =>
    layers.length === 1 && layers[0].neurons === count
const bends =
  (activation: Activation, depth: (attempt: Attempt) => boolean) =>
  (attempt: Attempt): boolean =>
    attempt.setup.activation === activation && depth(attempt)

const FOUR: readonly Activation[] = ['linear', 'sigmoid', 'tanh', 'relu']

/** The nine questions of the lecture about networks in the plane. test/tour.test.ts shows that the answers are true. */
export const TOUR: readonly TourStep[] = [
  {
    id: 'colours',
    title: 'What are features, and what do the colours mean?',
    setup: setup({ dataset: 'gauss', layers: [] }),
    tasks: [
      { text: 'Point at the picture of x₁.', isDone: ({ looked }) => looked.has('0:x') },
      { text: 'Point at the picture of x₂.', isDone: ({ looked }) => looked.has('0:y') },
    ],
    question: 'A point lies at x₁ = 3, x₂ = −2. Which colour has the picture of x₁ there, and which that of x₂?',
    answer:
      'A feature is a number that the network gets for each point. Blue stands for numbers above 0, orange for numbers below 0, and the stronger the colour, the larger the number. So x₁ = 3 is blue and x₂ = −2 is orange. The large picture shows the answer of the whole network in the same colours; a dot has the colour of its right answer.',
  },
  {
    id: 'by-hand',
    title: 'Can you choose the weights yourself?',
    setup: setup({ dataset: 'gauss', layers: [], init: 'zeros' }),
    tasks: [
      {
        text: 'Set the two weights and the bias by hand until the training loss is below 0.1.',
        isDone: someAttempt(({ epochs, byHand, lossTrain }) => byHand && epochs === 0 && lossTrain < 0.1),
      },
    ],
    question: 'What do the weights do to the line between blue and orange? What does the bias do?',
    answer:
      'The answer is tanh(w₁x₁ + w₂x₂ + b). It is 0 on the line w₁x₁ + w₂x₂ + b = 0, so the ratio of the weights turns the line, and the bias moves it. Larger weights make the step across the line steeper. Both weights 1 and the bias 0 are enough here.',
  },
  {
    id: 'learn',
    title: 'Now let the network learn',
    setup: setup({ dataset: 'gauss', layers: [] }),
    tasks: [
      {
        text: 'Press play until the training loss is below 0.1.',
        isDone: trained(1, ({ byHand, lossTrain }) => !byHand && lossTrain < 0.1),
      },
    ],
    question: 'Which weights did it find? Are they the ones you chose?',
    answer:
      'Gradient descent changes each weight a little in the direction that lowers the loss, batch after batch. It finds two positive weights of about the same size, because the clouds lie along the diagonal. They keep growing slowly: a steeper step has a lower loss.',
  },
  {
    id: 'convex',
    title: 'With noise: three starts, one line?',
    setup: setup({ dataset: 'gauss', layers: [], noise: 50, loss: 'logistic' }),
    tasks: [
      {
        text: 'Train for 100 epochs from three different starts: “New weights” keeps the points and draws other weights.',
        isDone: ({ attempts }) => {
          const long = attempts.filter(one => one.epochs >= 100 && isStraight(one))
          return new Set(long.map(one => one.setup.seed)).size >= 3
        },
      },
    ],
    question: 'Is it the same line each time? Why?',
    answer:
      'Yes, apart from a small jitter of the batches. The logistic loss of a single neuron is convex: it has one valley, and downhill leads there from everywhere. The loss does not reach 0, because the clouds overlap and no line separates them.',
  },
  {
    id: 'disc',
    title: 'A disc in a ring: why does it fail?',
    setup: setup({ dataset: 'circle', layers: [] }),
    tasks: [
      {
        text: 'Train for 50 epochs with x₁ and x₂ alone.',
        isDone: trained(50, one => isStraight(one) && one.setup.features.every(name => name === 'x' || name === 'y')),
      },
      {
        text: 'Choose other features, still without hidden layers, so that the loss falls below 0.1.',
        isDone: trained(1, one => isStraight(one) && one.lossTrain < 0.1),
      },
    ],
    question: 'What can one neuron draw? Which features make the disc easy?',
    answer:
      'One neuron divides the plane along a straight line, and no line separates a disc from the ring around it. With the features x₁² and x₂² the line becomes w₁x₁² + w₂x₂² + b = 0, an ellipse. Choosing good features by hand was most of the work of machine learning for decades.',
  },
  {
    id: 'neurons',
    title: 'One neuron, then four: features that are learned',
    setup: setup({ dataset: 'circle', layers: layersOf(1) }),
    tasks: [
      { text: 'Train for 100 epochs with one hidden neuron.', isDone: trained(100, hasNeurons(1)) },
      {
        text: 'Train with four hidden neurons until the loss is below 0.1.',
        isDone: trained(1, one => hasNeurons(4)(one) && one.lossTrain < 0.1),
      },
      { text: 'Point at a hidden neuron.', isDone: ({ looked }) => [...looked].some(name => name.startsWith('1:')) },
    ],
    question: 'What does each hidden neuron show? How does the output make a disc from them?',
    answer:
      'Each hidden neuron draws one line; it is a feature that the network found itself. The output adds them up, and three or four lines from different sides enclose the disc. That is the idea of deep learning: learn the features, too.',
  },
  {
    id: 'spiral',
    title: 'The spiral: who learns, whose gradients vanish?',
    setup: setup({ dataset: 'spiral', layers: layersOf(8) }),
    tasks: [
      ...FOUR.map(activation => ({
        text: `Train one layer of 8 neurons with ${activation} for 100 epochs.`,
        isDone: trained(
          100,
          bends(activation, ({ setup: { layers } }) => layers.length === 1),
        ),
      })),
      ...FOUR.map(activation => ({
        text: `Train six layers with ${activation} for 400 epochs.`,
        isDone: trained(400, bends(activation, isDeep)),
      })),
    ],
    question: 'Look at the gradient norms of the layers. Where are they close to 0, and what does that do to training?',
    answer:
      'With linear neurons six layers are no better than one: a sum of sums is a sum. With six layers of sigmoids the gradient of the first layer is thousands of times smaller than that of the last one, because each layer multiplies it by at most ¼: the first layers hardly move. tanh (at most 1) and ReLU (0 or 1) let much more of it through: within a few hundred epochs six layers of ReLU follow the spiral.',
  },
  {
    id: 'layers',
    title: 'Features of features',
    setup: setup({ dataset: 'spiral', layers: layersOf(8, 8, 8), rule: 'adam', learningRate: 0.01 }),
    tasks: [
      {
        text: 'Train three layers of 8 neurons until the training loss is below 0.1.',
        isDone: trained(1, one => one.setup.layers.length >= 3 && one.lossTrain < 0.1),
      },
      ...[1, 2, 3].map(layer => ({
        text: `Point at a neuron of layer ${layer}.`,
        isDone: ({ looked }: Seen) => [...looked].some(name => name.startsWith(`${layer}:`)),
      })),
    ],
    question: 'How do the pictures change from layer to layer?',
    answer:
      'The first layer draws straight lines. The second one combines them into bands and corners, and the third into pieces of the spiral: each layer computes features of the features below it. In a network that reads photographs these are edges, then textures, then parts of things.',
  },
  {
    id: 'settings',
    title: 'Learning rate, batch size, and all weights zero',
    setup: setup({ dataset: 'circle' }),
    tasks: [
      {
        text: 'Train for 20 epochs with a learning rate of 0.001 or less.',
        isDone: trained(20, ({ setup: { learningRate } }) => learningRate <= 0.001),
      },
      {
        text: 'Train for 20 epochs with a learning rate of 3 or more.',
        isDone: trained(20, ({ setup: { learningRate } }) => learningRate >= 3),
      },
      { text: 'Train for 20 epochs with a batch size of 1.', isDone: trained(20, one => one.setup.batchSize === 1) },
      { text: 'Train for 20 epochs with a batch size of 30.', isDone: trained(20, one => one.setup.batchSize === 30) },
      {
        text: 'Train for 20 epochs with all weights zero at the start.',
        isDone: trained(20, one => one.setup.init === 'zeros'),
      },
    ],
    question: 'What goes wrong in each case?',
    answer:
      'Steps that are too small hardly move; steps that are too large jump across the valley, and tanh neurons end up stuck at −1 or 1. Small batches make the loss jitter, because each gradient comes from few points; large batches are smooth but take fewer steps in an epoch. With all weights zero every hidden neuron answers 0 and every gradient of a weight is 0: nothing is learned but the bias of the output. Random weights make the neurons different from each other.',
  },
]
