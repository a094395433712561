import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Answers } from '#lab/quiz'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const RIGHT: Answers = { modes: 'b', cost: 'c', memory: 'a', sum: 'd' }

exercise('quiz', () => {
  for (const [question, answer] of Object.entries(RIGHT)) {
    test(question, async ({ student }) => {
      // Whatever the types say, a student's function may return anything.
      const given: unknown = await student.quiz()
      expect(typeof given === 'object' && given !== null, 'an object with a letter for each question').toBe(true)
      expect((given as Record<string, unknown>)[question] === answer, 'a different answer is right').toBe(true)
    })
  }
})
