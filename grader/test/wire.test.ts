import { plain } from '@backprop/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../src/sandbox/wire/decode.ts'
import { CannotSend, encode } from '../src/sandbox/wire/encode.ts'
import { FrameReader } from '../src/sandbox/wire/frames.ts'
import { Lending } from '../src/sandbox/wire/lending.ts'
import { ourClasses } from '../src/sandbox/wire/values.ts'
import { type ByValue, padding, ProtocolError, REPLY_LIMITS, WIRE_LIMITS } from '../src/sandbox/wire/wire.ts'

const roundTrip = (value: unknown) => decode(encode(value).subarray(4))

/** A frame whose JSON part is exactly this text. */
function frameOf(json: string | Buffer, binary = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(json)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(text.length)
  return Buffer.concat([head, text, Buffer.alloc(padding(4 + text.length)), binary])
}

/** A class that refuses its parts with a custom error, as some of our classes do. */
const PAIR: ByValue = {
  tag: 'Pair',
  is: (_): _ is unknown => false,
  takeApart: pair => pair,
  build(parts, refuse) {
    if (!Array.isArray(parts) || parts.length > 2) return refuse('no pair')
    if (parts.length < 2) throw new RangeError('a pair has two parts')
    return 'a pair'
  },
}

describe('the wire', () => {
  test('carries numbers, text, lists, objects, maps and typed arrays unchanged', () => {
    const value = {
      numbers: [1, -0, NaN, Infinity, -Infinity, 1e-320],
      text: 'ŷ = σ(w·x + b)',
      nothing: [null, undefined, true, 12n],
      map: new Map<unknown, unknown>([[1, new Set(['a'])]]),
      bytes: new Uint8Array([1, 2, 3]),
      floats: Float32Array.of(0.1, NaN),
      long: Array.from({ length: 100 }, (_, i) => i / 7),
    }
    expect(roundTrip(value)).toEqual(value)
  })

  test('carries any plain value that fast-check can think of', () => {
    const plain = fc.object({
      key: fc.string().filter(key => key !== '__proto__' && key !== 'length'),
      values: [fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.float32Array(), fc.int32Array()],
      maxDepth: 4,
    })
    fc.assert(
      fc.property(plain, value => {
        expect(roundTrip(value)).toEqual(value)
      }),
      { numRuns: 300 },
    )
  })

  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['an instance of a class', new (class Model {})()],
    ['a promise', { inside: Promise.resolve(1) }],
    ['a string', 'x'.repeat(WIRE_LIMITS.string + 1)],
    ['an array of length', Array(4294967295)],
    ['an object with a field named length', { length: 1e15 }],
    ['a string', { ['x'.repeat(WIRE_LIMITS.string + 1)]: 1 }],
    ['a key named __proto__', JSON.parse('{"__proto__":1}')],
    ['a bigint', 99999999999999999999n],
  ])('refuses to send %s, in words', (words, value) => {
    expect(() => encode(value)).toThrow(CannotSend)
    expect(() => encode(value)).toThrow(words)
  })

  test('refuses to send what contains itself', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(() => encode(loop)).toThrow('contains itself')
  })

  test.each([
    ['["a",{"x":1}]'],
    ['{"a":1}'],
    ['["o","__proto__",1]'],
    ['["o","key"]'],
    ['["o","length",1e15]'],
    ['["t",0,8,"f64"]'],
    ['["t",-8,8,"u8"]'],
    ['["t",0,99999999,"u8"]'],
    ['["t",0,0,"constructor"]'],
    ['["d",0,3]'],
    ['["n","toString"]'],
    ['["i","1e9"]'],
    ['["i","99999999999999999999"]'],
    ['["x","Tensor",1]'],
    ['["f",1]'],
    ['["h","1"]'],
    ['["e",1,2,3]'],
    ['["x","Pair",["a",1]]'],
    ['["x","Pair",["a",1,2,3]]'],
    ['["unheard-of"]'],
    ['[[['],
    ['['.repeat(1000) + ']'.repeat(1000)],
  ])('refuses %s', json => {
    expect(() => decode(frameOf(json), { byValue: [PAIR] })).toThrow(ProtocolError)
  })

  test('takes functions under any name but those that others call', () => {
    const hooks = { borrowFunction: () => () => 1 }
    expect(decode(frameOf('["o","step",["f",1,""],"then",2]'), hooks)).toMatchObject({ then: 2 })
    for (const name of ['then', 'asymmetricMatch', 'toJSON', 'valueOf'])
      expect(() => decode(frameOf(`["o","${name}",["f",1,""]]`), hooks)).toThrow(`a method ${name}`)
  })

  test('refuses the same bytes twice, which would become more memory than was sent', () => {
    const twice = (length: number) => frameOf(`["a",["t",0,${length},"u8"],["t",0,${length},"u8"]]`, Buffer.alloc(1000))
    expect(decode(twice(500))).toEqual([new Uint8Array(500), new Uint8Array(500)])
    expect(() => decode(twice(501))).toThrow('ranges that overlap')
  })

  test.each(['Map', 'Set'])('sends a %s with many texts as keys, and refuses one with many numbers', kind => {
    const make = (keys: unknown[]) => (kind === 'Map' ? new Map(keys.map(key => [key, 1])) : new Set(keys))
    const numbers = Array.from({ length: WIRE_LIMITS.numericKeys + 1 }, (_, i) => i)
    expect(roundTrip(make(numbers.map(String)))).toEqual(make(numbers.map(String)))
    expect(roundTrip(make(numbers.slice(1)))).toEqual(make(numbers.slice(1)))
    expect(() => encode(make(numbers))).toThrow('numbers as keys cannot be sent')
    const json = kind === 'Map' ? ['m', ...numbers.flatMap(n => [n, 1])] : ['s', ...numbers]
    expect(() => decode(frameOf(JSON.stringify(json)))).toThrow('too many numbers as keys')
  })

  test('says so in words when a value has more text than a frame may', () => {
    const halves = Array.from({ length: 6 }, () => '\ud800'.repeat(WIRE_LIMITS.string / 4))
    expect(() => encode(halves)).toThrow(CannotSend)
  })

  test('answers any mutation of a frame with a value or a ProtocolError, and nothing else', () => {
    const message = [
      'return',
      1,
      true,
      { a: [1, 'x'], m: new Map([[1, 2]]), t: new Float64Array(4), e: new Error('x') },
    ]
    const frame = encode(message).subarray(4)
    const mutation = fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 })
    const survives = (edits: [number, number][]) => {
      const mutant = Buffer.from(frame)
      for (const [at, byte] of edits) mutant[at] = byte
      try {
        decode(mutant)
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError)
      }
    }
    fc.assert(fc.property(mutation, survives), { numRuns: 5000 })
  })

  test('cuts any chunking of a stream into the frames that went in', () => {
    const messages = ['one', [2, 'two'], { three: new Float32Array(100) }]
    const bytes = Buffer.concat(messages.map(message => encode(message)))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), cuts => {
        const reader = new FrameReader(WIRE_LIMITS.frame)
        const ends = [...new Set([...cuts, bytes.length])].sort((a, b) => a - b)
        const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end))
        const found = chunks.flatMap(chunk => [...reader.push(Buffer.from(chunk))].map(frame => decode(frame)))
        expect(found).toEqual(messages)
      }),
    )
  })

  test('a frame that arrives byte by byte takes no more memory than its bytes', () => {
    const reader = new FrameReader(WIRE_LIMITS.frame)
    const start = process.memoryUsage()
    reader.push(Buffer.from([0, 0, 0, 3])).next()
    for (let i = 0; i < 1e6; i++) reader.push(Buffer.from([65])).next()
    const { heapUsed, external } = process.memoryUsage()
    // A megabyte arrived; kept as a million chunks it would be a hundred of them.
    expect(heapUsed + external - start.heapUsed - start.external).toBeLessThan(50 << 20)
  })

  test('refuses a frame by its length before it is there', () => {
    expect(() => [...new FrameReader(1000).push(Buffer.from([0xff, 0xff, 0xff, 0xff]))]).toThrow(ProtocolError)
  })
})

/** What a student's process may put into a frame, written by hand: JSON text in which every kind of value occurs. */
const written = fc.letrec<{ value: string; values: string }>(tie => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom('null', 'true', '0', '-0', '1e20', '1e999', '5e-324', '123456789012345678901', '["u"]'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.oneof(fc.string(), fc.string({ unit: 'binary' })).map(text => JSON.stringify(text)),
    fc.constantFrom('"\\ud800"', '"\\u0000"', '["n","NaN"]', '["n","-0"]', '["e","RangeError","no","at x"]'),
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(n => `["i","${n}"]`),
    fc.constantFrom('["d",0,264]', '["d",0,256]', '["t",272,8,"f64"]', '["t",280,3,"u8"]', '["t",283,0,"c8"]'),
    fc.constantFrom('["f",7,"name"]', '["h",8,"Model"]', '["b",1]', '["b",99]', '["x","Backend",["a",1]]'),
    fc.constantFrom('["x","Tensor",["a",["t",288,8,"f32"],["a",2],true]]', '["x","Rng",["a",1,2,3,4]]'),
    fc.constant('["x","Parameter",["x","Tensor",["a",["t",296,8,"f64"],["a",1,1],false]]]'),
    tie('values').map(parts => `["a"${parts}]`),
    tie('values').map(parts => `["s"${parts}]`),
    fc.tuple(tie('value'), tie('value')).map(([key, part]) => `["m",${key},${part}]`),
    fc.tuple(fc.string(), tie('value')).map(([key, part]) => `["o",${JSON.stringify(key)},${part}]`),
  ),
  values: fc.array(tie('value'), { maxLength: 4 }).map(parts => parts.map(part => `,${part}`).join('')),
})).value

describe('what the grader has read', () => {
  const lending = () => new Lending(ourClasses(plain()), () => Promise.resolve())
  const inCall = (value: unknown) => ['call', 1, 'call', 0, 'f', [value], true]

  /** Reads a frame as the grader does, sends the value back, and reads that as the student's process does. */
  function thereAndBack(frame: Buffer): unknown {
    const { hooks } = lending()
    const value = decode(frame, hooks)
    const sent = encode(inCall(value), hooks, REPLY_LIMITS)
    const child = { ...hooks, lent: (id: number) => ({ id }) }
    const [, , , , , args] = decode(sent.subarray(4), child, REPLY_LIMITS) as unknown[]
    return (args as unknown[])[0]
  }

  test('it can send back, whatever it is', () => {
    let readable = 0
    fc.assert(
      fc.property(written, json => {
        try {
          decode(frameOf(json, Buffer.alloc(304)), lending().hooks)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
          return
        }
        readable++
        thereAndBack(frameOf(json, Buffer.alloc(304)))
      }),
      { numRuns: 3000 },
    )
    expect(readable, 'most of what is tried here is no breach').toBeGreaterThan(1500)
  })

  const repeated = (part: string, count: number) => `["a"${`,${part}`.repeat(count)}]`
  const deep = (levels: number, inside: string) => `${'["a",'.repeat(levels)}${inside}${']'.repeat(levels)}`
  const tensorText = '["x","Tensor",["a",["t",0,8,"f64"],["a",1],true]]'
  test.each([
    ['what is nested as deep as may be', deep(WIRE_LIMITS.depth, '1')],
    ['a parameter as deep as may be', deep(WIRE_LIMITS.depth - 4, `["x","Parameter",${tensorText}]`)],
    ['the largest bigint', `["i","${1n << 64n}"]`],
    ['as many numbers as may be, each longer than it was', repeated('["a",1e20]', WIRE_LIMITS.nodes / 2 - 1)],
    ['as many values as may be', repeated('null', WIRE_LIMITS.nodes - 1)],
    ['keys that are escaped', `["o",${JSON.stringify('\ud800\u0000'.repeat(5e5))},1]`],
    ['bytes that are not text', Buffer.from(`"${'\xff'.repeat(WIRE_LIMITS.string)}"`, 'latin1')],
  ])('it can send back %s', (_, json) => {
    const back = thereAndBack(frameOf(json, Buffer.alloc(8)))
    expect(back).toBeDefined()
  })

  test('does not count a short list as one value, which it is not when it is sent', () => {
    const block = (count: number) => frameOf(`["d",0,${8 * count}]`, Buffer.alloc(8 * count))
    expect(decode(block(33))).toHaveLength(33)
    expect(() => decode(block(32))).toThrow('a short list as a block')
  })

  test('errors are sent without their stack, which reveals the path of the grader', () => {
    const { hooks } = lending()
    expect(encode([new Error('no')], hooks).toString()).not.toContain('wire.test')
    expect(encode([new Error('no')], { ...hooks, sendsStacks: true }).toString()).toContain('wire.test')
  })
})
