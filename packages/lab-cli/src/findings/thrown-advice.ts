/** Explains V8's messages to someone who sees them for the first time. The first rule that matches wins. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /^(\S+) is not defined$/,
    'Nothing has this name here: is it misspelled, not imported, or declared inside other braces?',
  ],
  [
    /^Cannot access '.*' before initialization$/,
    'It is used above the line that gives it a value: move that line up, or rename the one inside.',
  ],
  [
    /^Cannot read properties of undefined \(reading '\d+'\)$/,
    'Something is undefined where you take an element of it. Often an index is beyond the end, or rows and columns are swapped.',
  ],
  [
    /^Cannot (read|set) properties of (undefined|null)/,
    'The value before that name is undefined. Often an index is beyond the end of its list: a list of N ends at N − 1, so loop while i < N.',
  ],
  [/^Assignment to constant variable/, 'A const keeps its value. For a value that changes, write let.'],
  [
    /^Reduce of empty array with no initial value$/,
    'reduce needs a value to start with: list.reduce((sum, x) => sum + x, 0).',
  ],
  [
    /\.(map|reduce|forEach|filter|push|slice|join|every|some|fill) is not a function$/,
    'Only lists can do that, and this is not a list. Is it a single number, a tensor (its numbers: await t.data()), a promise (is an await missing?), or an element where the whole list was meant?',
  ],
  [/is not a function/, 'Only a function can be called with ( ). Is the name right, and do you mean [ ] instead?'],
  [
    /is not iterable/,
    'Only a list can be looped over with for … of or copied with [...]. Is it a single number, a tensor (its numbers: await t.data()), a promise (is an await missing?), or undefined?',
  ],
  [
    /^Maximum call stack size exceeded$/,
    'A function calls itself too often: what should stop it? If it does stop, the call stack is too small for this input, and a loop must do it.',
  ],
  [/^Invalid array length$/, 'A list cannot have that many elements: is the number negative, NaN or a fraction?'],
  [/^process\.exit unexpectedly called/, 'process.exit ends everything, the tests too: leave it out.'],
  [/^Test timed out/, 'The test waited for a promise that never resolved: is every promise resolved?'],
]

/** A sentence that explains a JavaScript error, if it is a common one. */
export const thrownAdvice = (message: string): string | undefined => RULES.find(([text]) => text.test(message))?.[1]
