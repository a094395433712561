import type { Rng } from '@backprop/core'

/**
 * Right answers to lab 01, as students who don't know each other might write them: each exercise is put together from
 * choices that are drawn independently, the natural ones more often than the others. Names are drawn too.
 */

/** The body of each exported function, by its name, and the helpers that the file declares above them. */
export interface Answers {
  readonly bodies: Readonly<Record<string, string>>
  readonly helpers: readonly string[]
}

/** One of several texts, the first with the largest weight: 4 for the first, then 3, 2 and 1 for all others. */
function pick(rng: Rng, ...choices: readonly string[]): string {
  const weights = choices.map((_, i) => Math.max(1, 4 - i))
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight)
  return choices[weights.findIndex(weight => (left -= weight) < 0)] ?? choices[0]
}

const chance = (rng: Rng, probability: number): boolean => rng.uniform() < probability

/** How a student likes to write loops; kept to in most places. */
type Style = 'map' | 'of' | 'index' | 'each'

class Student {
  readonly helpers = new Set<string>()
  readonly #rng: Rng
  readonly #style: Style
  readonly i: string
  readonly j: string
  readonly row: string
  readonly sum: string

  constructor(rng: Rng) {
    this.#rng = rng
    this.#style = pick(rng, 'index', 'map', 'of', 'each') as Style
    this.i = pick(rng, 'i', 'n', 'idx', 'row')
    this.j = pick(rng, 'j', 'k', 'd', 'col')
    this.row = pick(rng, 'x', 'xi', 'example', 'sample', 'features_')
    this.sum = pick(rng, 'sum', 'total', 'acc', 's')
  }

  pick = (...choices: readonly string[]): string => pick(this.#rng, ...choices)
  chance = (probability: number): boolean => chance(this.#rng, probability)
  style = (): Style => (this.chance(0.65) ? this.#style : (this.pick('index', 'map', 'of', 'each') as Style))

  /** `body` for each index of a list, with the names `i` and, for `element`, its element. */
  loop(list: string, i: string, element: string | null, body: string): string {
    const head = `const ${element} = ${list}[${i}]`
    const inner = element === null ? body : `${head}\n${body}`
    const counted = this.pick(
      `for (let ${i} = 0; ${i} < ${list}.length; ${i}++) {\n${inner}\n}`,
      `for (let ${i} = 0; ${i} < ${list}.length; ${i} += 1) {\n${inner}\n}`,
      `const count${i} = ${list}.length\nfor (let ${i} = 0; ${i} < count${i}; ${i}++) {\n${inner}\n}`,
    )
    if (/\b(break|continue)\b/.test(body)) return counted
    switch (this.style()) {
      case 'index':
        return counted
      case 'of':
        return `for (const [${i}, ${element ?? '_'}] of ${list}.entries()) {\n${body}\n}`
      case 'each':
        return `${list}.forEach((${element ?? '_'}, ${i}) => {\n${body}\n})`
      case 'map':
        return this.chance(0.5) ? counted : `for (const [${i}, ${element ?? '_'}] of ${list}.entries()) {\n${body}\n}`
    }
  }

  zeros(length: string, like: string): string {
    return this.pick(
      `new Array(${length}).fill(0)`,
      `${like}.map(() => 0)`,
      `Array.from({ length: ${length} }, () => 0)`,
      `Array(${length}).fill(0)`,
    )
  }

  /** The expression w·x + b, or statements that compute it and its name. */
  scoreOf(w: string, x: string, b: string, name: string, inScore = false): string {
    const { j, sum } = this
    const declare = this.chance(0.8) ? 'const' : 'let'
    return this.pick(
      `${declare} ${name} = dot(${w}, ${x}) + ${b}`,
      `${declare} ${name} = dot(${x}, ${w}) + ${b}`,
      `let ${name} = ${b}\nfor (let ${j} = 0; ${j} < ${w}.length; ${j}++) ${name} += ${w}[${j}] * ${x}[${j}]`,
      `${declare} ${name} = ${b} + dot(${w}, ${x})`,
      ...(inScore ? [] : [`const [${name}] = score([${x}], ${w}, ${b})`]),
      `let ${sum}_ = 0\n${w}.forEach((value, ${j}) => {\n${sum}_ += value * ${x}[${j}]\n})\nconst ${name} = ${sum}_ + ${b}`,
    )
  }

  /** The class of a score, as an expression. */
  classOf(score: string): string {
    if (this.chance(0.25)) {
      const name = this.pick('sign', 'classOf', 'label', 'toClass')
      const body = this.pick('return s < 0 ? -1 : 1', 'return s >= 0 ? 1 : -1', 'if (s < 0) return -1\nreturn 1', 'if (s >= 0) {\nreturn 1\n}\nreturn -1') // prettier-ignore
      const known = [...this.helpers].find(helper => helper.includes(': Label'))
      if (!known) this.helpers.add(`function ${name}(s: number): Label {\n${body}\n}`)
      return `${known ? nameOfHelper(known) : name}(${score})`
    }
    return this.pick(`${score} < 0 ? -1 : 1`, `${score} >= 0 ? 1 : -1`, `predict([${score}])[0]`)
  }
}

function score(me: Student): string {
  const { row, i } = me
  const inner = me.scoreOf('w', row, 'b', 'z', true)
  const out = me.pick('scores', 'result', 'out', 'answers')
  if (me.style() === 'map') {
    const simple = me.pick(
      `return X.map(${row} => dot(${row}, w) + b)`,
      `return X.map(${row} => dot(w, ${row}) + b)`,
      `return X.map(${row} => ${row}.reduce((sum, value, k) => sum + value * w[k], b))`,
    )
    return me.chance(0.75) ? simple : `return X.map(${row} => {\n${inner}\nreturn z\n})`
  }
  if (me.chance(0.1))
    return `const ${out} = new Array(X.length)\n${me.loop('X', i, row, `${inner}\n${out}[${i}] = z`)}\nreturn ${out}`
  return `const ${out}: number[] = []\n${me.loop('X', i, row, `${inner}\n${out}.push(z)`)}\nreturn ${out}`
}

function predict(me: Student): string {
  const out = me.pick('labels', 'result', 'classes', 'out')
  if (me.style() === 'map') {
    const s = me.pick('s', 'value', 'score')
    return me.pick(
      `return scores.map(${s} => (${s} < 0 ? -1 : 1))`,
      `return scores.map(${s} => (${s} >= 0 ? 1 : -1))`,
      `return scores.map(${s} => {\nif (${s} < 0) return -1\nreturn 1\n})`,
      `return scores.map(${s} => {\nif (${s} >= 0) {\nreturn 1\n} else {\nreturn -1\n}\n})`,
    )
  }
  const add = me.pick(
    `if (s < 0) {\n${out}.push(-1)\n} else {\n${out}.push(1)\n}`,
    `if (s >= 0) {\n${out}.push(1)\n} else {\n${out}.push(-1)\n}`,
    `${out}.push(s < 0 ? -1 : 1)`,
    `let c: Label = 1\nif (s < 0) c = -1\n${out}.push(c)`,
  )
  return `const ${out}: Label[] = []\n${me.loop('scores', me.i, 's', add)}\nreturn ${out}`
}

function zeroOneRisk(me: Student): string {
  const { i } = me
  const n = me.pick('scores.length', 'y.length')
  const wrong = me.pick('wrong', 'errors', 'count', 'mistakes')
  const style = me.style()
  if (style === 'map') {
    const s = me.pick('s', 'score', 'value')
    return me.pick(
      `const ${wrong} = scores.filter((${s}, i) => ${me.chance(0.5) ? `(${s} < 0 ? -1 : 1) !== y[i]` : `(${s} >= 0 ? 1 : -1) !== y[i]`})\nreturn ${wrong}.length / ${n}`,
      `const answers = predict(scores)\nreturn answers.filter((answer, i) => answer !== y[i]).length / ${n}`,
      `const answers = predict(scores)\nconst ${wrong} = answers.reduce((sum: number, answer, i) => sum + (answer === y[i] ? 0 : 1), 0)\nreturn ${wrong} / ${n}`,
    )
  }
  const before = me.chance(0.6)
  const test = before ? `answers[${i}] !== y[${i}]` : `(${me.classOf('s')}) !== y[${i}]`
  const tally = me.pick(`if (${test}) ${wrong}++`, `if (${test}) {\n${wrong} += 1\n}`, `${wrong} += ${test} ? 1 : 0`)
  const loop = before ? me.loop('answers', i, null, tally) : me.loop('scores', i, 's', tally)
  const answers = before ? 'const answers = predict(scores)\n' : ''
  const start = `let ${wrong} = 0`
  return `${me.chance(0.5) ? `${answers}${start}` : `${start}\n${answers}`}\n${loop}\nreturn ${wrong} / ${n}`
}

function perceptronRule(me: Student): string {
  const { i, j, row } = me
  const w = me.zeros('X[0].length', 'X[0]')
  const count = me.pick('count', 'wrong', 'errors', 'm')
  const isLet = me.chance(0.3)
  const update = me.pick(
    `for (let ${j} = 0; ${j} < w.length; ${j}++) w[${j}] += y[${i}] * ${row}[${j}]`,
    `for (let ${j} = 0; ${j} < w.length; ${j}++) {\nw[${j}] = w[${j}] + y[${i}] * ${row}[${j}]\n}`,
    `${row}.forEach((value, ${j}) => {\nw[${j}] += y[${i}] * value\n})`,
    `for (const [${j}, value] of ${row}.entries()) w[${j}] += y[${i}] * value`,
    ...(isLet ? [`w = w.map((value, ${j}) => value + y[${i}] * ${row}[${j}])`] : []),
  )
  const shift = me.pick(`b += y[${i}]`, `b = b + y[${i}]`)
  const tally = me.pick(`${count}++`, `${count} += 1`)
  const steps = [update, shift, tally]
  const order = me.pick('012', '201', '021', '102')
  const fix = [...order].map(k => steps[Number(k)]).join('\n')
  const z = me.scoreOf('w', row, 'b', 'z')
  const answer = me.classOf('z')
  const named = me.chance(0.6)
  const test = named ? `answer !== y[${i}]` : `(${answer}) !== y[${i}]`
  const visit = `${z}\n${named ? `const answer = ${answer}\n` : ''}${
    me.chance(0.2) ? `if (!(${test})) continue\n${fix}` : `if (${test}) {\n${fix}\n}`
  }`
  const declare = [`${isLet ? 'let' : 'const'} w: number[] = ${w}`, 'let b = 0', 'const mistakes: number[] = []']
  const epoch = `let ${count} = 0\n${me.loop('X', i, row, visit)}\nmistakes.push(${count})`
  const start = me.chance(0.5) ? declare : [declare[2], declare[0], declare[1]]
  return me.pick(
    `${start.join('\n')}\nlet converged = false\nfor (let epoch = 0; epoch < options.maxEpochs; epoch++) {\n${epoch}\nif (${count} === 0) {\nconverged = true\nbreak\n}\n}\nreturn { w, b, mistakes, converged }`,
    `${start.join('\n')}\nfor (let epoch = 0; epoch < options.maxEpochs; epoch++) {\n${epoch}\nif (${count} === 0) return { w, b, mistakes, converged: true }\n}\nreturn { w, b, mistakes, converged: false }`,
    `${start.join('\n')}\nlet converged = false\nlet epoch = 0\nwhile (epoch < options.maxEpochs && !converged) {\n${epoch}\nconverged = ${count} === 0\nepoch++\n}\nreturn { w, b, mistakes, converged }`,
    `${start.join('\n')}\nfor (let epoch = 1; epoch <= options.maxEpochs; epoch += 1) {\n${epoch}\nif (${count} === 0) break\n}\nreturn { w, b, mistakes, converged: mistakes[mistakes.length - 1] === 0 }`,
    `${start.join('\n')}\nwhile (mistakes.length < options.maxEpochs && mistakes.at(-1) !== 0) {\n${epoch}\n}\nreturn { w, b, mistakes, converged: mistakes.at(-1) === 0 }`,
  )
}

/** The name of a helper. */
export const nameOfHelper = (helper: string): string => /(?:function|const) (\w+)/.exec(helper)?.[1] ?? ''

/** log(1 + e^(−m)), and statements before it. */
function softplus(me: Student, m: string): { before: string; value: string } {
  if (me.chance(0.2)) {
    const name = me.pick('softplus', 'logLoss', 'lossOf', 'stableLog')
    const known = [...me.helpers].find(helper => helper.includes('(m: number)'))
    const made =
      known ??
      me.pick(
        `function ${name}(m: number): number {\nreturn Math.max(0, -m) + Math.log1p(Math.exp(-Math.abs(m)))\n}`,
        `function ${name}(m: number): number {\nif (m < 0) return -m + Math.log1p(Math.exp(m))\nreturn Math.log1p(Math.exp(-m))\n}`,
        `const ${name} = (m: number) => (m > 0 ? Math.log(1 + Math.exp(-m)) : -m + Math.log(1 + Math.exp(m)))`,
      )
    me.helpers.add(made)
    return { before: '', value: `${nameOfHelper(made)}(${m})` }
  }
  return me.pick('if', 'max', 'ternary', 'log', 'early') === 'if'
    ? {
        before: `let part: number\nif (${m} < 0) {\npart = -${m} + Math.log1p(Math.exp(${m}))\n} else {\npart = Math.log1p(Math.exp(-${m}))\n}\n`,
        value: 'part',
      }
    : {
        before: '',
        value: me.pick(
          `Math.max(0, -${m}) + Math.log1p(Math.exp(-Math.abs(${m})))`,
          `(${m} > 0 ? Math.log1p(Math.exp(-${m})) : -${m} + Math.log1p(Math.exp(${m})))`,
          `(${m} < 0 ? -${m} + Math.log1p(Math.exp(${m})) : Math.log1p(Math.exp(-${m})))`,
          `(${m} > 30 ? Math.exp(-${m}) : ${m} < -30 ? -${m} : Math.log(1 + Math.exp(-${m})))`,
          `Math.log1p(Math.exp(-Math.abs(${m}))) - Math.min(${m}, 0)`,
        ),
      }
}

/** Statements that add an example's loss and slopes to `loss`, `dw` and `db`, each divided by `n` if that is given. */
function gradient(me: Student, n: string | null): string {
  const { i, j, row } = me
  const m = me.pick('m', 'margin', 'z')
  const z = me.scoreOf('w', row, 'b', 'raw')
  const direct = me.chance(0.5)
  const margin = direct ? `const ${m} = y[${i}] * (dot(w, ${row}) + b)` : `${z}\nconst ${m} = y[${i}] * raw`
  const { before, value } = softplus(me, m)
  const over = n === null ? '' : ` / ${n}`
  const slope = me.pick(`-y[${i}] / (1 + Math.exp(${m}))`, `(-1 / (1 + Math.exp(${m}))) * y[${i}]`, `-y[${i}] * (1 / (1 + Math.exp(${m})))`) // prettier-ignore
  const g = me.pick('slope', 'g', 'grad', 'coef')
  const add = me.pick(
    `for (let ${j} = 0; ${j} < w.length; ${j}++) dw[${j}] += ${g} * ${row}[${j}]${over}`,
    `for (let ${j} = 0; ${j} < w.length; ${j}++) {\ndw[${j}] += (${g} * ${row}[${j}])${over}\n}`,
    `${row}.forEach((value, ${j}) => {\ndw[${j}] += ${g} * value${over}\n})`,
    `for (const [${j}, value] of ${row}.entries()) dw[${j}] += ${g} * value${over}`,
  )
  const [loss, shift] = [`${before}loss += ${over ? `(${value})${over}` : value}`, `db += ${g}${over}`]
  const parts = me.pick(`${loss}|S|${add}|${shift}`, `${loss}|S|${shift}|${add}`, `S|${loss}|${add}|${shift}`, `S|${add}|${shift}|${loss}`) // prettier-ignore
  return me.loop('X', i, row, `${margin}\n${parts.replace('S', `const ${g} = ${slope}`).replaceAll('|', '\n')}`)
}

function logisticLoss(me: Student): string {
  const start = me.pick('ldb', 'dbl', 'lbd')
  const dw = `const dw: number[] = ${me.zeros('w.length', 'w')}`
  const declared = [...start].map(letter => ({ l: 'let loss = 0', d: dw, b: 'let db = 0' })[letter] ?? '').join('\n')
  const early = me.chance(0.3)
  const n = me.pick('X.length', 'N')
  const first = n === 'N' ? 'const N = X.length\n' : ''
  const body = `${first}${declared}\n${gradient(me, early ? n : null)}\n`
  if (early) return `${body}return { loss, dw, db }`
  return `${body}${me.pick(
    `return { loss: loss / ${n}, dw: dw.map(value => value / ${n}), db: db / ${n} }`,
    `for (let ${me.j} = 0; ${me.j} < dw.length; ${me.j}++) dw[${me.j}] /= ${n}\nreturn { loss: loss / ${n}, dw, db: db / ${n} }`,
    `loss /= ${n}\ndb /= ${n}\nreturn { loss, dw: dw.map(value => value / ${n}), db }`,
  )}`
}

function logisticRegression(me: Student): string {
  const { j } = me
  const isLet = me.chance(0.35)
  const rate = me.pick('options.learningRate', 'learningRate')
  const epochs = rate === 'learningRate' ? 'epochs' : 'options.epochs'
  const first = rate === 'learningRate' ? 'const { learningRate, epochs } = options\n' : ''
  const declared = [
    `${isLet ? 'let' : 'const'} w: number[] = ${me.zeros('X[0].length', 'X[0]')}`,
    'let b = 0',
    'const losses: number[] = []',
  ]
  const start = me.chance(0.5) ? declared : [declared[2], declared[0], declared[1]]
  const own = me.chance(0.35)
  const get = own
    ? `let loss = 0\nconst dw: number[] = ${me.zeros('w.length', 'w')}\nlet db = 0\n${gradient(me, 'X.length')}`
    : me.pick('const { loss, dw, db } = logisticLoss(X, y, w, b)', 'const result = logisticLoss(X, y, w, b)')
  const [loss, dw, db] = get.includes('result') ? ['result.loss', 'result.dw', 'result.db'] : ['loss', 'dw', 'db']
  const step = isLet
    ? me.pick(`w = w.map((value, ${j}) => value - ${rate} * ${dw}[${j}])`, `w = w.map((v, ${j}) => v - ${dw}[${j}] * ${rate})`) // prettier-ignore
    : me.pick(
        `for (let ${j} = 0; ${j} < w.length; ${j}++) w[${j}] -= ${rate} * ${dw}[${j}]`,
        `for (let ${j} = 0; ${j} < w.length; ${j}++) {\nw[${j}] = w[${j}] - ${rate} * ${dw}[${j}]\n}`,
        `for (const [${j}, slope] of ${dw}.entries()) w[${j}] -= ${rate} * slope`,
        `${dw}.forEach((slope, ${j}) => {\nw[${j}] -= ${rate} * slope\n})`,
      )
  const shift = me.pick(`b -= ${rate} * ${db}`, `b = b - ${rate} * ${db}`)
  const push = `losses.push(${loss})`
  const steps = me.pick(`${push}\n${step}\n${shift}`, `${step}\n${shift}\n${push}`, `${push}\n${shift}\n${step}`)
  const body = `${get}\n${steps}`
  const loop = me.pick(
    `for (let epoch = 0; epoch < ${epochs}; epoch++) {\n${body}\n}`,
    `for (let epoch = 0; epoch < ${epochs}; epoch += 1) {\n${body}\n}`,
    `for (let epoch = 1; epoch <= ${epochs}; epoch++) {\n${body}\n}`,
    `let epoch = 0\nwhile (epoch < ${epochs}) {\n${body}\nepoch++\n}`,
    `while (losses.length < ${epochs}) {\n${body}\n}`,
  )
  return `${first}${start.join('\n')}\n${loop}\nreturn { w, b, losses }`
}

function features(me: Student): string {
  const square = (x: string) => me.pick(`${x} * ${x}`, `${x} ** 2`, `Math.pow(${x}, 2)`)
  const power = square('P')
  const list = (a: string, b: string) =>
    `[${a}, ${b}, ${power.replaceAll('P', a)}, ${power.replaceAll('P', b)}, ${a} * ${b}, Math.sin(${a}), Math.sin(${b})]`
  const [a, b] = me.pick('x1 x2', 'a b', 'u v').split(' ')
  const { row, i } = me
  if (me.style() === 'map')
    return me.pick(
      `return X.map(([${a}, ${b}]) => ${list(a, b)})`,
      `return X.map(${row} => {\nconst [${a}, ${b}] = ${row}\nreturn ${list(a, b)}\n})`,
      `return X.map(${row} => ${list(`${row}[0]`, `${row}[1]`)})`,
      `return X.map(${row} => {\nconst ${a} = ${row}[0]\nconst ${b} = ${row}[1]\nreturn ${list(a, b)}\n})`,
    )
  const take = me.pick(`const [${a}, ${b}] = ${row}`, `const ${a} = ${row}[0]\nconst ${b} = ${row}[1]`, '')
  const made = take === '' ? list(`${row}[0]`, `${row}[1]`) : list(a, b)
  const name = me.pick('out', 'rows', 'result')
  return `const ${name}: number[][] = []\n${me.loop('X', i, row, `${take}\n${name}.push(${made})`)}\nreturn ${name}`
}

const EXERCISES = { score, predict, zeroOneRisk, perceptronRule, logisticLoss, logisticRegression, features }

/** The answers of one student. */
export function independentAnswers(rng: Rng): Answers {
  const me = new Student(rng)
  const bodies = Object.fromEntries(Object.entries(EXERCISES).map(([name, write]) => [name, write(me)]))
  return { bodies, helpers: [...me.helpers] }
}

/** The file that a student hands in: the stubs with these bodies in them. */
export function fileOf({ bodies, helpers }: Answers, stub: string): string {
  let text = stub.replace(/^import .*\n/, '')
  for (const [name, body] of Object.entries(bodies))
    text = text.replace(
      new RegExp(`(export function ${name}\\([^]*?\\{\\n)  // TODO[^]*?\\n\\}`),
      (_, head: string) => `${head}${indent(body)}\n}`,
    )
  return text.replace('/**\n * The scores', () => `${helpers.map(helper => `${indented(helper)}\n\n`).join('')}/**\n * The scores`) // prettier-ignore
}

const indent = (text: string): string => indented(text, 1)

/** Lines with two spaces for each open brace. */
function indented(text: string, depth = 0): string {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      if (/^[})\]]/.test(line)) depth--
      const shown = `${'  '.repeat(depth)}${line}`
      if (/[{[(]$/.test(line)) depth++
      return shown
    })
    .join('\n')
}
