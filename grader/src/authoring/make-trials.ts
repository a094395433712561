import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { type Expression, parseExpressionAt } from 'acorn'
import { solutionDir } from '../course.ts'
import type { Rule } from '../pipeline/suite/rule.ts'
import type { Trial } from '../pipeline/suite/trial.ts'
import { CONSTANT, TRIVIAL } from '../pipeline/suite/trivial-answers.ts'
import { CONCEPTS, IN_PLACE, NO_EMPTY, PROBES } from '../pipeline/suite/wrong-concepts.ts'
import { type Answer, answersOf } from './read-solution.ts'

/** The solution itself, with one seed after another. */
export const solutionTrials = (lab: Lab, seeds: number): Trial[] =>
  Array.from({ length: seeds }, (_, i) => ({ id: `seed ${i + 1}`, seed: i + 1, src: srcOf(lab) }))

/** Answers that take no work: constants of the kinds that the lab's functions return, and those written by hand. */
export async function trivialTrials(lab: Lab): Promise<Trial[]> {
  const answers = await answersOf(lab)
  const all = (value?: unknown) =>
    Object.fromEntries(answers.map(({ name, returnsNothing }) => [name, { value, returnsNothing }]))
  const base = { seed: 1, src: srcOf(lab) }
  const constants: unknown[] = [0, 1, [], [0], true, ...(await literalsIn(lab))]
  const examples = Object.fromEntries(answers.map(answer => [answer.name, { value: exampleOf(answer) ?? null }]))
  return [
    ...TRIVIAL.filter(({ id }) => id !== CONSTANT).map(({ id }) => ({ ...base, id, rule: id, functions: all() })),
    ...constants.map(value => ({
      ...base,
      id: `constant ${JSON.stringify(value)}`,
      rule: CONSTANT,
      functions: all(value),
    })),
    { ...base, id: 'first example', rule: CONSTANT, functions: examples },
    ...(await writtenTrivial(lab)),
  ]
}

/** For each function, the rules that change nothing but find out whether other rules apply. */
export const probeTrials = async (lab: Lab): Promise<Trial[]> =>
  (await answersOf(lab)).flatMap(answer => PROBES.map(({ id }) => madeBy(lab, answer, id)))

/**
 * Every conceptual mistake in every function, each with several seeds, because a mistake must show with any draw. `said`
 * has the ids of probes that apply; without it, only mistakes that need no probe are returned.
 */
export async function mistakeTrials(lab: Lab, seeds: number, said?: ReadonlySet<string>): Promise<Trial[]> {
  const answers = await answersOf(lab)
  const isMade = (answer: Answer, { id, needs }: Rule) =>
    isWrong(id, answer) && (needs === undefined ? !said : said?.has(mistakeOf(answer.name, needs)) === true)
  return answers.flatMap(answer =>
    CONCEPTS.filter(rule => isMade(answer, rule)).flatMap(({ id }) =>
      Array.from({ length: seeds }, (_, i) => ({ ...madeBy(lab, answer, id), seed: i + 1, once: true })),
    ),
  )
}

const madeBy = (lab: Lab, { name, exercise }: Answer, rule: string): Trial => ({
  id: mistakeOf(name, rule),
  seed: 1,
  src: srcOf(lab),
  rule,
  functions: { [name]: {} },
  exercise,
})

export const mistakeOf = (name: string, rule: string): string => `${name}: ${rule}`

const srcOf = (lab: Lab): string => join(solutionDir(lab), 'src')

/** Whether a function that does this contradicts its description. */
function isWrong(rule: string, { description }: Answer): boolean {
  if (rule === IN_PLACE) return /\bnot changed\b|\bleaves?\b.* unchanged\b/i.test(description)
  return rule !== NO_EMPTY || !/at least (1|one)\b/.test(description)
}

/** `solutions/NN-name/trivial/NAME/src`: handwritten answers that don't do the exercises. */
async function writtenTrivial(lab: Lab): Promise<Trial[]> {
  const folder = join(solutionDir(lab), 'trivial')
  const names = await readdir(folder).catch(() => [])
  return names.sort().map(name => ({ id: name, seed: 1, src: join(folder, name, 'src') }))
}

/** The strings that the lab's types list, as in `type Verdict = 'good' | 'overfit'`. */
async function literalsIn(lab: Lab): Promise<string[]> {
  const texts = await Promise.all(lab.manifest.edit.map(file => readFile(join(solutionDir(lab), file), 'utf8')))
  const unions = texts.flatMap(text => [...text.matchAll(/\btype \w+ =(?<union>(?:\s*\|?\s*'[^']*')+)/g)])
  return [...new Set(unions.flatMap(({ groups }) => [...(groups?.union ?? '').matchAll(/'([^']*)'/g)].map(m => m[1])))]
}

/** The result of the first example: `[0, 5]` in `@example score([[1, 2]], [3], 1) // [0, 5], because …`. */
function exampleOf({ description }: Answer): unknown {
  const result = /@example[^]*?\/\/ (?<result>[^]*)/
    .exec(description)
    ?.groups?.result.replaceAll(/\n \* ?(?:\/\/ )?|…/g, ' ')
  if (result === undefined) return undefined
  try {
    return valueOf(parseExpressionAt(result, 0, { ecmaVersion: 'latest' }))
  } catch {
    return undefined // the result is described in prose
  }
}

/** The value of an expression made of literals. Throws on anything else. */
function valueOf(node: Expression): unknown {
  if (node.type === 'Literal') return node.value
  if (node.type === 'ArrayExpression') return node.elements.map(element => valueOf(element as Expression))
  if (node.type === 'UnaryExpression' && node.operator === '-') return -(valueOf(node.argument) as number)
  if (node.type === 'ObjectExpression')
    return Object.fromEntries(
      node.properties.map(property => {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') throw new TypeError('not a literal')
        return [property.key.name, valueOf(property.value)]
      }),
    )
  throw new TypeError('not a literal')
}
