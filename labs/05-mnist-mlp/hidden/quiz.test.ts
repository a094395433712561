import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Answers } from '#lab/quiz'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const right: Answers = { flatten: 'c', steps: 'a', size: 'b', scale: 'd', choose: 'c', line: 'b' }

exercise('quiz', () => {
  for (const [question, letter] of Object.entries(right))
    test(question, async ({ student }) => {
      const answers: unknown = await student.quiz()
      expect(typeof answers === 'object' && answers !== null, 'quiz returns an object').toBe(true)
      const answer = (answers as Record<string, unknown>)[question]
      expect(answer === letter, 'the letter of the right answer').toBe(true)
    })
})
