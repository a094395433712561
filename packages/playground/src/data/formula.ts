/** A formula in x that was understood, or what is wrong with it and where. */
export type Formula =
  | { readonly f: (x: number) => number }
  | {
      readonly error: string
      /** The character at which the reader stopped, from 0. */
      readonly at: number
    }

type Term = (x: number) => number

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  tanh: Math.tanh,
}

const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E }

const LONGEST = 200
const DEEPEST = 50

/**
 * Reads a formula in x: numbers, `x`, `pi`, `e`, + − * / ^, parentheses, and functions such as `sin(x)`. A factor may
 * stand next to another one: `2x` is 2·x. `^` binds tighter than a sign in front, and to the right: −x^2 is −(x²).
 */
export function parseFormula(text: string): Formula {
  try {
    return { f: new Reader(text).whole() }
  } catch (error) {
    if (error instanceof Misread) return { error: error.message, at: error.at }
    throw error
  }
}

class Misread extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/** Recursive descent: sum → product → signed → power → atom. */
class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    if (text.length > LONGEST)
      throw new Misread(`The formula has ${text.length} characters, expected at most ${LONGEST}.`, LONGEST)
    this.#text = text
  }

  whole(): Term {
    if (this.#next() === '') throw new Misread('The formula is empty. Try 2*sin(x).', 0)
    const term = this.#sum()
    if (this.#next() !== '') throw this.#unexpected('an operator such as + or *')
    return term
  }

  #sum(): Term {
    let left = this.#product()
    for (;;) {
      const before = left
      if (this.#take('+')) {
        const right = this.#product()
        left = x => before(x) + right(x)
      } else if (this.#take('-') || this.#take('−')) {
        const right = this.#product()
        left = x => before(x) - right(x)
      } else return left
    }
  }

  #product(): Term {
    let left = this.#signed()
    for (;;) {
      const before = left
      if (this.#take('*') || this.#take('·')) {
        const right = this.#signed()
        left = x => before(x) * right(x)
      } else if (this.#take('/')) {
        const right = this.#signed()
        left = x => before(x) / right(x)
      } else if (/[\p{L}\d.(]/u.test(this.#next())) {
        const right = this.#power()
        left = x => before(x) * right(x)
      } else return left
    }
  }

  #signed(): Term {
    return this.#deeper(() => {
      if (this.#take('+')) return this.#signed()
      if (!this.#take('-') && !this.#take('−')) return this.#power()
      const term = this.#signed()
      return x => -term(x)
    })
  }

  #power(): Term {
    const base = this.#atom()
    if (!this.#take('^') && !this.#take('**')) return base
    const exponent = this.#signed()
    return x => base(x) ** exponent(x)
  }

  #atom(): Term {
    this.#next()
    const number = this.#match(/\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?/iy)
    if (number !== undefined) {
      const value = Number(number)
      return () => value
    }
    const start = this.#at
    const name = this.#match(/[\p{L}]+\d*/uy)
    if (name !== undefined) return this.#named(name, start)
    if (this.#take('(')) return this.#closed(start)
    throw this.#unexpected('a number, x, a function or (')
  }

  #named(name: string, start: number): Term {
    if (name === 'x') return x => x
    if (Object.hasOwn(CONSTANTS, name)) {
      const value = CONSTANTS[name]
      return () => value
    }
    if (!Object.hasOwn(FUNCTIONS, name))
      throw new Misread(`"${name}" isn't known here. Use x, pi, e, or ${Object.keys(FUNCTIONS).join(', ')}.`, start)
    const f = FUNCTIONS[name]
    const open = this.#at
    if (!this.#take('(')) throw this.#unexpected(`( after ${name}, as in ${name}(x)`)
    const inside = this.#closed(open)
    return x => f(inside(x))
  }

  /** What stands between a parenthesis that was read and its partner. */
  #closed(open: number): Term {
    const inside = this.#deeper(() => this.#sum())
    if (!this.#take(')')) throw this.#unexpected(`) for the ( at character ${open + 1}`)
    return inside
  }

  #deeper(read: () => Term): Term {
    this.#depth += 1
    if (this.#depth > DEEPEST) throw new Misread(`The formula is nested more than ${DEEPEST} deep.`, this.#at)
    const term = read()
    this.#depth -= 1
    return term
  }

  /** The next character that isn't a space; empty at the end. */
  #next(): string {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1
    return this.#text.charAt(this.#at)
  }

  #take(sign: string): boolean {
    this.#next()
    // "**" is a power, so a single * doesn't take half of it.
    if (sign === '*' && this.#text.startsWith('**', this.#at)) return false
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #unexpected(expected: string): Misread {
    const got = this.#next()
    const where = got === '' ? 'The formula ends too early' : `Character ${this.#at + 1} is "${got}"`
    return new Misread(`${where}; expected ${expected}.`, this.#at)
  }
}
