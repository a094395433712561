import { exercise, expect } from '@backprop/testkit'
import { submissionTest } from '@backprop/grader/suite'
import type { Answers } from '#lab/quiz'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const RIGHT: Answers = { device: 'b' }

exercise('quiz', () => {
  for (const [question, answer] of Object.entries(RIGHT)) {
    test(question, async ({ student }) => {
      const given = await student.quiz()
      expect(given?.[question as keyof Answers] === answer, 'a different answer is right').toBe(true)
    })
  }
})
