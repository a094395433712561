import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decode } from '../src/sandbox/decode.ts'
import { CannotSend, encode } from '../src/sandbox/encode.ts'
import { FrameReader } from '../src/sandbox/frames.ts'
import { ProtocolError, WIRE_LIMITS, padding, type ByValue } from '../src/sandbox/wire.ts'

const roundTrip = (value: unknown) => decode(encode(value).subarray(4))

/** A frame whose JSON part is exactly this text. */
function frameOf(json: string, binary = Buffer.alloc(0)): Buffer {
  const text = Buffer.from(json)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(text.length)
  return Buffer.concat([head, text, Buffer.alloc(padding(4 + text.length)), binary])
}

/** A class that, like some of ours, refuses its parts with an error of its own. */
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
      key: fc.string().filter(key => key !== '__proto__'),
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
    ['["t",0,8,"f64"]'],
    ['["t",-8,8,"u8"]'],
    ['["t",0,99999999,"u8"]'],
    ['["t",0,0,"constructor"]'],
    ['["d",0,3]'],
    ['["n","toString"]'],
    ['["i","1e9"]'],
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
