import { exercise } from '../src/exercise.ts'
import { expect, test } from '../src/expect.ts'
import { NotImplemented } from '../src/todo.ts'

exercise('score', () => {
  test('marks its suite with the id of the exercise', ({ task }) => {
    expect(task.suite?.name).toBe('score')
    expect(task.suite?.meta.exercise).toBe('score')
  })
})

test('a stub says what is to be done', () => {
  const stub = new NotImplemented('score')
  expect(stub).toBeInstanceOf(Error)
  expect(String(stub)).toMatchInlineSnapshot(`"NotImplemented: score is yours to write."`)
  expect(stub.exercise).toBe('score')
})
