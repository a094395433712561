import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has a letter for each question', () => {
    const answers: Record<string, string> = { ...quiz() }
    for (const question of ['slide', 'bend', 'saturated', 'vanishing', 'shift', 'axis'])
      expect(
        answers[question],
        `${question}: one of the letters a, b, c, d (this test doesn't check which one is right)`,
      ).toMatch(/^[abcd]$/)
  })
})
