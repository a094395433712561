import { describe, expect, test } from 'vitest'
import { Canvas } from '../src/terminal/canvas.ts'

const plain = { colour: false, unicode: true }

describe('characters that are two cells wide', () => {
  test('take two cells', () => {
    const canvas = new Canvas(6, 1)
    canvas.write(0, 0, '数b')
    canvas.put(4, 0, 'x')
    expect(canvas.toLines(plain)).toEqual(['数b x'])
  })

  test('go as a whole when one half is drawn over', () => {
    for (const [column, left] of [[0, 'x 字'], [1, ' x字'], [2, '数x'], [3, '数 x']] as const) {
      const canvas = new Canvas(4, 1)
      canvas.write(0, 0, '数字')
      canvas.put(column, 0, 'x')
      expect(canvas.toLines(plain)).toEqual([left])
    } // prettier-ignore
  })

  test('are left out where only one half has room', () => {
    const canvas = new Canvas(3, 1)
    canvas.write(0, 0, '数字')
    expect(canvas.toLines(plain)).toEqual(['数'])
  })
})

describe('lines', () => {
  test('have four dots above one another in a cell, and two side by side', () => {
    const canvas = new Canvas(1, 1)
    canvas.line([[0, 1], [0, 0]], null) // prettier-ignore
    expect(canvas.toLines(plain)).toEqual(['⡇'])
    canvas.line([[0, 0], [1, 0]], null) // prettier-ignore
    expect(canvas.toLines(plain)).toEqual(['⣇'])
  })

  test('in ASCII are high, in the middle, or low', () => {
    const canvas = new Canvas(3, 1)
    for (const [column, y] of [[0, 1], [0.5, 0.5], [1, 0]] as const) canvas.line([[column, y]], null) // prettier-ignore
    expect(canvas.toLines({ colour: false, unicode: false })).toEqual(["'-."])
  })
})
