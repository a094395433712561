import { expect, test } from '@backprop/testkit'
import { pointsFromCsv } from '../src/page/plane/csv-points.ts'

test('a table with a heading, semicolons and names of classes', () => {
  expect(pointsFromCsv('\uFEFFx1;x2;kind\r\n1.5;-2;dog\r\n0;3e0;cat\r\n\r\n')).toEqual({
    points: { at: Float64Array.of(1.5, -2, 0, 3), target: Float64Array.of(1, -1) },
    note: '2 points. Orange is cat, blue is dog.',
  })
})

test('classes that are numbers are in the order of numbers, and quoted cells are read', () => {
  expect(pointsFromCsv('1,1,"10"\n2,2,"9"\n')).toEqual({
    points: { at: Float64Array.of(1, 1, 2, 2), target: Float64Array.of(1, -1) },
    note: '2 points. Orange is 9, blue is 10.',
  })
})

test('columns that leave the plane are scaled to ±5, each by itself', () => {
  expect(pointsFromCsv('0\t7\t0\n50\t7\t1\n100\t7\t1')).toEqual({
    points: { at: Float64Array.of(-5, 0, 0, 0, 5, 0), target: Float64Array.of(-1, 1, 1) },
    note: '3 points. Orange is 0, blue is 1. Both columns were scaled to fit the plane.',
  })
})

test.each([
  ['', 'The file has no rows. Expected lines such as 1.5,−2,1: x₁, x₂ and the class.'],
  ['1,2,0\n1,zwei,1', 'Line 2 is "1,zwei,1", expected x₁, x₂ and the class, such as 1.5,−2,1.'],
  ['x,y,c\n1,2', 'Line 2 is "1,2", expected x₁, x₂ and the class, such as 1.5,−2,1.'],
  ['1,2,a\n2,3,a', 'The third column has 1 different values (a), expected two classes.'],
  ['1,2,a\n2,3,b\n4,5,c', 'The third column has 3 different values (a, b, c), expected two classes.'],
])('a file that cannot be used says why: %j', (text, error) => {
  expect(pointsFromCsv(text)).toEqual({ error })
})
