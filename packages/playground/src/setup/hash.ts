import {
  ACTIVATIONS,
  CLASS_SETS,
  DEFAULT_SETUP,
  type Feature,
  FEATURES,
  type HiddenLayer,
  INITS,
  LOSSES,
  MOST,
  PENALTIES,
  RULES,
  SCHEDULES,
  type Setup,
  VALUE_SETS,
} from './setup.ts'

/** Limits of the numbers in a link. Noise above 50 % only comes from links: the slider ends there. */
export const LIMITS = {
  noise: { min: 0, max: 80 },
  trainShare: { min: 1, max: 99 },
  batchSize: { min: 1, max: 1200 },
  learningRate: { min: 0, max: 100 },
  penaltyRate: { min: 0, max: 100 },
  dropout: { min: 0, max: 0.95 },
} as const

/** What a link says: a set-up, which controls the page hides, and what had to be ignored or changed. */
export interface Link {
  readonly setup: Setup
  /** Names of controls, as in `learningRate` for `learningRate_hide=true`. A hidden feature is not used either. */
  readonly hidden: readonly string[]
  /** Without headings, to embed the page. */
  readonly hideText: boolean
  /** One sentence for each value that could not be used. */
  readonly ignored: readonly string[]
}

/** Keys of TensorFlow Playground's links that change nothing, there or here. */
const WITHOUT_EFFECT = new Set(['cosX', 'cosY', 'collectStats', 'tutorial', 'numHiddenLayers'])
const HIDE = '_hide'

/**
 * Reads the part of an address after `#`: the keys of TensorFlow Playground with their meaning there, and our additional
 * ones. Never throws: a value that can't be used becomes the default or the nearest allowed one, and `ignored` says so.
 *
 * @param freshSeed used where the link has no seed
 */
export function readHash(hash: string, freshSeed: string): Link {
  const values = new Values(hash)
  const start = DEFAULT_SETUP
  const hidden = values.hidden()
  const penalty = values.choice('regularization', PENALTIES, start.penalty)
  const setup: Setup = {
    problem: values.choice('problem', ['classification', 'regression'], start.problem),
    dataset: values.choice('dataset', CLASS_SETS, start.dataset),
    regDataset: values.choice('regDataset', VALUE_SETS, start.regDataset),
    classes: values.whole('classes', { min: 2, max: MOST.classes }, start.classes),
    formula: values.text('formula') ?? start.formula,
    noise: noiseOf(values),
    trainShare: values.number('percTrainData', LIMITS.trainShare, start.trainShare),
    batchSize: values.whole('batchSize', LIMITS.batchSize, start.batchSize),
    seed: values.text('seed') ?? freshSeed,
    features: FEATURES.filter(name => values.yes(name, start.features.includes(name)) && !hidden.includes(name)),
    layers: layersOf(values),
    activation: values.choice('activation', ACTIVATIONS, start.activation),
    init: values.choice('init', INITS, values.yes('initZero', false) ? 'zeros' : start.init),
    loss: values.choice('loss', LOSSES, start.loss),
    rule: values.choice('rule', RULES, start.rule),
    learningRate: values.number('learningRate', LIMITS.learningRate, start.learningRate),
    schedule: values.choice('schedule', SCHEDULES, start.schedule),
    penalty,
    penaltyRate: values.number('regularizationRate', LIMITS.penaltyRate, start.penaltyRate),
    showTestData: values.yes('showTestData', start.showTestData),
    discretize: values.yes('discretize', start.discretize),
  }
  return { setup, hidden, hideText: values.yes('hideText', false), ignored: values.ignored() }
}

/** There, noise above 80 % becomes 50 %. */
function noiseOf(values: Values): number {
  const noise = values.number('noise', { min: 0, max: Infinity }, DEFAULT_SETUP.noise)
  if (noise <= LIMITS.noise.max) return noise
  values.note(`noise=${noise}: expected at most ${LIMITS.noise.max}. 50 is used.`)
  return 50
}

function layersOf(values: Values): HiddenLayer[] {
  const widths = values.list('networkShape')
  const activations = values.list('activations') ?? []
  const dropouts = values.list('dropouts') ?? []
  const shown = widths ?? DEFAULT_SETUP.layers.map(({ neurons }) => String(neurons))
  if (shown.length > MOST.layers) {
    values.note(
      `networkShape has ${shown.length} layers, expected at most ${MOST.layers}. The first ${MOST.layers} are used.`,
    )
  }
  return shown.slice(0, MOST.layers).map((width, i) => {
    const activation = ACTIVATIONS.find(name => name === activations[i])
    if (activations[i] && !activation) {
      values.note(`activations, layer ${i + 1}: ${activations[i]} is not an activation. The network's is used.`)
    }
    return {
      neurons: Math.round(values.within(`networkShape, layer ${i + 1}`, width, { min: 1, max: MOST.neurons }, 2)),
      ...(activation && { activation }),
      dropout: dropouts[i] ? values.within(`dropouts, layer ${i + 1}`, dropouts[i], LIMITS.dropout, 0) : 0,
    }
  })
}

interface Range {
  readonly min: number
  readonly max: number
}

/** The keys and values of a link, with a list of what could not be used. */
class Values {
  readonly #values = new Map<string, string>()
  readonly #read = new Set<string>(WITHOUT_EFFECT)
  readonly #notes: string[] = []

  constructor(hash: string) {
    for (const pair of hash.replace(/^#/, '').split('&')) {
      const [name, value = ''] = pair.split('=')
      this.#values.set(decoded(name), decoded(value))
    }
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** A value that isn't blank. */
  text(name: string): string | undefined {
    this.#read.add(name)
    const value = this.#values.get(name)
    return value === undefined || value.trim() === '' ? undefined : value
  }

  /** Everything but `false` is true, as in TensorFlow Playground. */
  yes(name: string, otherwise: boolean): boolean {
    const value = this.text(name)
    return value === undefined ? otherwise : value !== 'false'
  }

  choice<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    const value = this.text(name)
    const found = allowed.find(one => one === value)
    if (value !== undefined && found === undefined) {
      this.note(`${name}=${value}: expected ${allowed.join(', ')}. ${otherwise} is used.`)
    }
    return found ?? otherwise
  }

  number(name: string, range: Range, otherwise: number): number {
    const value = this.text(name)
    return value === undefined ? otherwise : this.within(name, value, range, otherwise)
  }

  whole(name: string, range: Range, otherwise: number): number {
    return Math.round(this.number(name, range, otherwise))
  }

  within(name: string, value: string, { min, max }: Range, otherwise: number): number {
    const number = Number(value)
    const used = Number.isNaN(number) ? otherwise : Math.min(Math.max(number, min), max)
    // −0 would be written as 0.
    if (used !== number) this.note(`${name}=${value}: expected a number from ${min} to ${max}. ${used} is used.`)
    return used + 0
  }

  /** Values between commas; `networkShape=` is an empty list, a missing key is not a list. */
  list(name: string): string[] | undefined {
    this.#read.add(name)
    const value = this.#values.get(name)
    if (value === undefined) return undefined
    return value.trim() === '' ? [] : value.split(',')
  }

  hidden(): string[] {
    const names = [...this.#values].filter(([name]) => name.endsWith(HIDE) && name !== HIDE)
    for (const [name] of names) this.#read.add(name)
    return names.filter(([, value]) => value === 'true').map(([name]) => name.slice(0, -HIDE.length))
  }

  ignored(): string[] {
    const unknown = [...this.#values.keys()].filter(name => name !== '' && !this.#read.has(name))
    return [...this.#notes, ...unknown.map(name => `${name}: this page has no such setting.`)]
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Writes a set-up so that `readHash` gives it back. Keys that TensorFlow Playground lacks appear only where needed. */
export function writeHash({ setup, hidden = [], hideText = false }: Partial<Link> & { setup: Setup }): string {
  const pairs: [string, string | number | boolean][] = [
    ['activation', setup.activation],
    ['regularization', setup.penalty],
    ['batchSize', setup.batchSize],
    ['dataset', setup.dataset],
    ['regDataset', setup.regDataset],
    ['learningRate', setup.learningRate],
    ['regularizationRate', setup.penaltyRate],
    ['noise', setup.noise],
    ['networkShape', setup.layers.map(({ neurons }) => neurons).join(',')],
    ['seed', encodeURIComponent(setup.seed)],
    ['showTestData', setup.showTestData],
    ['discretize', setup.discretize],
    ['percTrainData', setup.trainShare],
    ...FEATURES.map((name): [Feature, boolean] => [name, setup.features.includes(name)]),
    ['problem', setup.problem],
    ['initZero', setup.init === 'zeros'],
    ['hideText', hideText],
    ...ourPairs(setup),
    ...hidden.map((name): [string, boolean] => [encodeURIComponent(name) + HIDE, true]),
  ]
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** What TensorFlow Playground doesn't have, where it isn't the default. */
function ourPairs(setup: Setup): [string, string | number][] {
  const plainInit = setup.init === 'zeros' ? 'zeros' : DEFAULT_SETUP.init
  const activations = setup.layers.map(({ activation }) => activation ?? '')
  const dropouts = setup.layers.map(({ dropout }) => dropout || '')
  const pairs: [string, string | number, boolean][] = [
    ['init', setup.init, setup.init !== plainInit],
    ['loss', setup.loss, setup.loss !== DEFAULT_SETUP.loss],
    ['rule', setup.rule, setup.rule !== DEFAULT_SETUP.rule],
    ['schedule', setup.schedule, setup.schedule !== DEFAULT_SETUP.schedule],
    ['classes', setup.classes, setup.classes !== DEFAULT_SETUP.classes],
    ['formula', encodeURIComponent(setup.formula), setup.formula !== DEFAULT_SETUP.formula],
    ['activations', activations.join(','), activations.some(Boolean)],
    ['dropouts', dropouts.join(','), dropouts.some(Boolean)],
  ]
  return pairs.filter(([, , needed]) => needed).map(([name, value]) => [name, value])
}
