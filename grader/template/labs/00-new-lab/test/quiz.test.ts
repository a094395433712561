import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has one letter for each question', () => {
    const answers = quiz()
    for (const question of ['order'] as const)
      expect(['a', 'b', 'c', 'd'], `the answer to "${question}" is a letter from a to d`).toContain(answers[question])
  })
})
