import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has a letter for each question', () => {
    const answers = quiz()
    for (const question of ['curves', 'both', 'chosen', 'evaluation', 'peek', 'decoupled'] as const)
      expect(
        ['a', 'b', 'c', 'd'],
        `${question}: one small letter; whether it is the right one, this test does not say`,
      ).toContain(answers[question])
  })
})
