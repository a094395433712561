import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has one letter for each question', () => {
    const answers = quiz()
    for (const question of ['device'] as const) expect(['a', 'b']).toContain(answers[question])
  })
})
