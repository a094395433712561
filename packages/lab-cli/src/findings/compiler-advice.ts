import type { TypeProblem } from '../check/type-checker.ts'

/**
 * Explains the compiler's errors to someone who sees them for the first time, by TypeScript's error numbers
 * (https://github.com/microsoft/TypeScript/blob/main/src/compiler/diagnosticMessages.json). The first rule that matches wins.
 */
interface Rule {
  readonly codes: readonly number[]
  /** Applies only if the compiler's message, or the code at that place, matches. */
  readonly text?: RegExp
  readonly at?: RegExp
  /** Applies only if the type of that code matches. */
  readonly type?: RegExp
  readonly advice: string
  /** The advice where `Tensor` is the lab's own class, whose `data` is a list. */
  readonly forOwnTensor?: string
}

const AWAIT = 'This is a promise, a value that arrives later: write await before the call that makes it.'
const VALUE_ARITHMETIC = 'JavaScript has no arithmetic for Values: compute with their numbers, as in a.data * b.data.'
const NOT_A_VALUE =
  'A Value is expected here, and this is a number: new Value(number) makes one. The functions for numbers are Math.exp, Math.log, ….'
const OWN_TENSOR_ARITHMETIC =
  'JavaScript has no arithmetic for tensors: use your own operations, or go through the numbers in their data.'
const NUMBERS_OF_OWN_TENSOR = 'A tensor is not a list: its numbers are in its data.'
const LIST_ARITHMETIC =
  'JavaScript has no arithmetic for whole lists, only for single numbers: go through the list with map, reduce or a loop.'

const RULES: readonly Rule[] = [
  {
    codes: [1127],
    at: /[−–—·×÷‘’“”²√≤≥≠]/u,
    advice:
      'This symbol is only for reading. In code, write - for −, * for · and ×, / for ÷, ** 2 for ², <= for ≤, >= for ≥, and straight quotes.',
  },
  { codes: [1127], advice: 'This character has no meaning in TypeScript: was it typed or copied by accident?' },
  {
    codes: [1005, 1003, 1109, 1128, 1136, 1138, 1144, 1011],
    advice:
      'There is a bracket, a brace or a comma too few or too many, here or on the line above. Count them: each ( [ { needs a ) ] }.',
  },
  { codes: [1002, 1160, 1161], advice: 'A string starts here and does not end: its closing quote is missing.' },
  { codes: [1434, 1435], advice: 'TypeScript has no such word: is it misspelled?' },
  {
    codes: [1308, 1375],
    advice: 'await needs "async" before the function around it: async function …, or async (x) => ….',
  },
  { codes: [1155], advice: 'A const has its value from the start. For a value that comes later, write let.' },
  { codes: [1232], advice: 'An import must be at the top of the file, outside any function.' },
  {
    codes: [2322, 2345, 2339, 2362, 2363, 2365, 2739, 2740, 2741, 2801, 7053],
    text: /Promise</,
    advice: AWAIT,
  },
  { codes: [2362, 2363], type: /Promise</, advice: AWAIT },
  {
    codes: [2362, 2363],
    type: /^Parameter$/,
    advice:
      'A Parameter is a box around a tensor, which is in its .value. Tensors are computed with by ops: mul(p.value, 2).',
  },
  {
    codes: [2339, 2345, 2365, 7053],
    text: /'Parameter'/,
    advice: 'A Parameter is a box around a tensor: the tensor is in its .value.',
  },
  {
    codes: [2362, 2363],
    type: /^Tensor$/,
    advice:
      'JavaScript has no arithmetic for tensors: use an op such as add(a, b) or mul(a, 2). To read the number of a one-element tensor, write await t.item().',
    forOwnTensor: OWN_TENSOR_ARITHMETIC,
  },
  {
    codes: [2365],
    text: /'Tensor'/,
    advice:
      'JavaScript has no arithmetic for tensors: use an op such as add(a, b) or mul(a, 2). To read the number of a one-element tensor, write await t.item().',
    forOwnTensor: OWN_TENSOR_ARITHMETIC,
  },
  { codes: [2362, 2363], type: /^Value$/, advice: VALUE_ARITHMETIC },
  { codes: [2365], text: /'Value'/, advice: VALUE_ARITHMETIC },
  { codes: [2322, 2345], text: /'number' is not assignable to (?:parameter of )?type 'Value'/, advice: NOT_A_VALUE },
  {
    codes: [2322, 2345],
    text: /'Value' is not assignable to (?:parameter of )?type 'number'/,
    advice: 'This is a Value, and a number is expected here: it is in the .data of the Value.',
  },
  {
    codes: [2339, 2551, 7053],
    text: /type 'Tensor'/,
    advice:
      'A tensor is not a list: compute with ops such as add, mul or sum, or take its numbers out with await t.data().',
    forOwnTensor: NUMBERS_OF_OWN_TENSOR,
  },
  {
    codes: [2488, 2461, 2548, 2549],
    text: /'Tensor'/,
    advice: 'A tensor is not a list: its numbers are in await t.data().',
    forOwnTensor: NUMBERS_OF_OWN_TENSOR,
  },
  {
    codes: [2322, 2345, 2740],
    text: /'Tensor' (?:is not assignable to|is missing)[^]*'(?:number\[\]|readonly number\[\]|Float\w+|ArrayLike<number>)/,
    advice: 'This is a tensor, and plain numbers are expected here: take them out with await t.data().',
    forOwnTensor: 'This is a tensor, and plain numbers are expected here: they are in its data.',
  },
  {
    codes: [2322, 2345],
    text: /'Tensor' is not assignable to (?:parameter of )?type 'number'/,
    advice:
      'This is a tensor, and a single number is expected here: read it from a one-element tensor with await t.item().',
    forOwnTensor:
      'This is a tensor, and a single number is expected here: t.item() is the number of a one-element tensor.',
  },
  {
    codes: [2322, 2345, 2739, 2740],
    text: /'(?:readonly )?(?:number|number\[\](?:\[\])*|Float\w+[^']*)' is (?:not assignable to (?:parameter of )?|missing [^']*)type 'Tensor'/,
    advice: 'A tensor is expected here, and these are plain numbers: tensor(numbers, { on }) makes one.',
    forOwnTensor: 'A tensor is expected here, and these are plain numbers: new Tensor(numbers, shape) makes one.',
  },
  {
    codes: [2362, 2363],
    type: /\[\]$|Array|^(?:Matrix|Image)$/,
    advice: LIST_ARITHMETIC,
  },
  {
    codes: [2362, 2363],
    type: /^(?:string|"[^]*")$/,
    advice:
      'This is a string, not a number. for (const i in list) gives strings; Number(text) converts one to a number.',
  },
  { codes: [2365], text: /\[\]|'(?:Matrix|Image)'/, advice: LIST_ARITHMETIC },
  {
    codes: [2322],
    text: /Type 'void/,
    advice:
      'Something returns nothing. A function with braces, x => { … }, needs the word return; without braces, x => …, it does not.',
  },
  {
    codes: [2322, 2345],
    text: /ype 'string' is not assignable/,
    advice:
      'This is a string. for (const i in list) gives the strings "0", "1", …; for (const x of list) gives what is in the list.',
  },
  {
    codes: [2322, 2345],
    text: /ype '(number|string|boolean)' is not assignable to (?:parameter of )?type '([^']*\[\]|Matrix|Image)'/,
    advice: 'A list is expected here, and this is a single value.',
  },
  {
    codes: [2322, 2345],
    text: /ype '([^']*\[\]|Matrix|Image)' is not assignable to (?:parameter of )?type '(number|string|boolean)'/,
    advice:
      'A single value is expected here, and this is a list. Is there one pair of brackets too many, or an index missing?',
  },
  {
    codes: [2322, 2345],
    text: /ype 'number' is not assignable to (?:parameter of )?type '(-1 \| 1|1 \| -1|Label)/,
    advice:
      'Only −1 and 1 are allowed here. condition ? 1 : -1 has the right type; Math.sign and a plain number do not.',
  },
  {
    codes: [2322, 2345],
    text: /^.*ype '[^']* \| undefined' is not assignable/,
    advice:
      'This may be undefined: pop, at, find and the get of a Map return that if there is nothing. Check for it first, or, where there is always something, write ! after the call.',
  },
  {
    codes: [18048],
    advice:
      'It may be undefined: pop, at, find and the get of a Map return that if there is nothing, and an option may be left out. Check for it first, or give it a value: const { rate = 0.1 } = options.',
  },
  {
    codes: [2532],
    advice:
      'pop, at, find and the get of a Map return undefined if there is nothing. Check for it first, or, where there is always something, write ! after the call.',
  },
  { codes: [2722], advice: 'This function may be left out by the caller. Write ?. before the ( of the call: f?.(x).' },
  {
    codes: [2322, 2345],
    text: /^.*ype '[^']* \| null' is not assignable/,
    advice:
      'This may be null, as the grad of a tensor is before backward(). Check for it first, or, where there is always something, write ! after it.',
  },
  { codes: [2322, 2345], advice: 'What you give and what is expected are of different kinds. Compare the two types.' },
  {
    codes: [2355, 2366, 7030],
    advice: 'The function may end without a result: does every path through it reach a return?',
  },
  { codes: [2552, 2551, 2724, 2561], advice: 'Is it misspelled?' },
  {
    codes: [2304],
    advice: 'Nothing has this name here: is it misspelled, not imported, or declared inside other braces?',
  },
  { codes: [2305, 2307], advice: 'A lab may import only what its README says.' },
  { codes: [2588, 2540], advice: 'A const keeps its value. For a value that changes, write let.' },
  { codes: [2542], advice: 'This list may be read but not changed. Make your own: [...list] copies it.' },
  { codes: [2554, 2555], advice: 'Compare the call with the parameters of the function.' },
  {
    codes: [2741, 2740, 2739],
    advice: 'The result has several parts, and some are missing here: see the @returns above the function.',
  },
  { codes: [2353], advice: 'The result has no part with this name: is it misspelled, or one too many?' },
  { codes: [2695], advice: 'X[i, j] is only X[j]. Row i, column j is X[i][j].' },
  { codes: [2448, 2454], advice: 'It is used before it has a value: move its line up, or give it one.' },
  { codes: [2451, 2300], advice: 'The name is taken: give one of the two another name.' },
  { codes: [2367], advice: 'These two can never be equal: they are of different kinds.' },
  { codes: [2845], advice: 'NaN is equal to nothing, not even to itself: write Number.isNaN(x).' },
  { codes: [2349], advice: 'Only a function can be called with ( ). For an element of a list, write [ ].' },
  {
    codes: [2339],
    advice: 'Values of this type have no such part: is it misspelled, or is the value not what you think?',
  },
  { codes: [7034, 7005], text: /any\[\]/, advice: 'Say what the list will hold: const x: number[] = [].' },
  { codes: [7006, 7031], advice: 'Give its type: x: number, or x: number[].' },
  { codes: [1484], advice: 'It is only a type: write import type { … }.' },
  { codes: [1294], advice: 'This course does without enums and namespaces: use a union of strings instead.' },
]

type Complaint = Pick<TypeProblem, 'code' | 'text' | 'at' | 'type' | 'needsAwait' | 'ownTensor'>

/** A sentence that explains a compiler error, if it is a common one. */
export function compilerAdvice({ code, text, at, type = '', needsAwait, ownTensor }: Complaint): string | undefined {
  if (needsAwait) return AWAIT
  const fits = (rule: Rule) =>
    rule.codes.includes(code) &&
    (rule.text?.test(text) ?? true) &&
    (rule.at?.test(at) ?? true) &&
    (rule.type?.test(type) ?? true)
  const rule = RULES.find(fits)
  return (ownTensor && rule?.forOwnTensor) || rule?.advice
}

/** Errors that name the cause rather than a consequence. */
const TELLING: readonly number[] = [2695, 2304, 2552, 2588, 2362, 2363, 2365]

/** The problem to start with: the most informative one, otherwise the first. */
export const mostTelling = (problems: readonly TypeProblem[]): TypeProblem | undefined =>
  TELLING.flatMap(code => problems.find(problem => problem.code === code) ?? [])[0] ?? problems[0]
