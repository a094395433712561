import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Student } from './student.ts'
import { start } from './typed.ts'

const MAIN = `import { score } from '#lab/neuron'

console.log('before')
console.log(scores())

function scores(): number[] {
  return score([[1, 2]], [3, 4], 5)
}
`

describe('a script that an error ends', () => {
  let student: Student
  beforeEach(() => {
    student = new Student()
    writeFileSync(join(student.folder, 'main.ts'), MAIN)
  })
  afterEach(() => student.remove())

  test('says where in the files of the lab, how the program got there, and what usually causes it', async () => {
    student.answer('score', 'return X.map(x => dot(x, w) + bias)')
    const { code, stdout, stderr } = await start(student.root, 'play', '1')
    expect([code, stdout]).toEqual([1, 'before\n'])
    expect(stderr.replaceAll(/neuron\.ts:\d+(:\d+)?/g, 'neuron.ts:LINE')).toContain(`
An error has ended the program
  ReferenceError: bias is not defined
  The way there: src/neuron.ts:LINE ← src/neuron.ts:LINE ← main.ts:7 ← main.ts:4

  Nothing has this name here: is it misspelled, not imported, or declared inside
  other braces?

  labs/01-neuron/src/neuron.ts:LINE
`)
    expect(stderr).toContain('│   return X.map(x => dot(x, w) + bias)\n')
    expect(stderr, 'no stack').not.toContain('node:internal')
  })

  test('of a file that cannot be read shows the line', async () => {
    student.answer('score', 'return X.map(x => dot(x, w) + b')
    const { code, stderr } = await start(student.root, 'play', '1')
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^\nThis is not TypeScript yet\n {2}Expected "\)" but found .+\n\n {2}labs\/01-neuron\/src\/neuron\.ts:\d+:1\n/,
    )
  })

  test('that is not an error in the lab’s files is shown whole', async () => {
    writeFileSync(join(student.folder, 'main.ts'), 'void Promise.reject(3)\n')
    const { code, stderr } = await start(student.root, 'play', '1')
    expect(code).toBe(1)
    expect(stderr).toContain('rejected with the reason "3"')
  })
})
