import { exercise, expect, test } from '@backprop/testkit'
import { type Answers, quiz } from '#lab/quiz'

const QUESTIONS: (keyof Answers)[] = ['query', 'cost', 'bag', 'scale', 'residual', 'sizes']

exercise('quiz', () => {
  test('has a letter for each question', () => {
    const answers = quiz()
    const open = QUESTIONS.filter(question => !['a', 'b', 'c', 'd'].includes(answers[question]))
    expect(open, 'each question needs one of a, b, c, d').toEqual([])
  })
})
