import { exercise, expect, test } from '@backprop/testkit'
import { quiz } from '#lab/quiz'

exercise('quiz', () => {
  test('has a letter for each question', () => {
    const answers = quiz()
    for (const question of ['steps', 'masked', 'saliency', 'average', 'members', 'forgotten'] as const)
      expect(
        ['a', 'b', 'c', 'd'],
        `${question}: one lower-case letter (this test doesn't check which one is right)`,
      ).toContain(answers[question])
  })
})
