import { expect, test } from 'vitest'
import { operatorMutants } from '../src/authoring/operator-mutants.ts'

const SOLUTION = `const outside = 1 + 2

export function mean(values: readonly number[], least = 0): number {
  // SOLUTION(mean): Add up, and divide.
  if (values.length === 0) throw new RangeError('below ' + (least + 1))
  let sum: number = 0
  for (let i = 0; i < values.length; i++) sum += values[i] as number
  values.release()
  return values.length > least ? sum / values.length : -Math.max(...values)
  // END
}
`

test('each operator, number and statement of an answer is changed once', () => {
  const mutants = operatorMutants(SOLUTION)
  expect(mutants.every(({ exercise }) => exercise === 'mean')).toBe(true)
  expect(mutants.map(({ line, before, after }) => `${line}: ${before} → ${after}`).sort()).toEqual([
    '5: 0 → 1',
    '5: === → !==',
    '6: 0 → 1',
    '7: ++ → --',
    '7: += → -=',
    '7: 0 → 1',
    '7: < → <=',
    '7: sum += values[i] as number → ;',
    '9: - → ',
    '9: / → *',
    '9: > → >=',
    '9: max → min',
    '9: values.length > least ? sum / values.length : -Math.max(...values) → -Math.max(...values)',
    '9: values.length > least ? sum / values.length : -Math.max(...values) → sum / values.length',
  ])
})

test('the rest of the file stays unchanged, types included', () => {
  for (const { before, after, text } of operatorMutants(SOLUTION)) {
    expect(text.length).toBe(SOLUTION.length - before.length + after.length)
    expect(text.startsWith('const outside = 1 + 2\n')).toBe(true)
    expect(text).toContain('values: readonly number[]')
  }
})
