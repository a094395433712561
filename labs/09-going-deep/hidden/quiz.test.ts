import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Answers } from '#lab/quiz'
import { fields } from './checks.ts'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const right: Answers = { imagenet: 'b', deeper: 'd', zero: 'a', reading: 'c', flipped: 'b', single: 'd' }

exercise('quiz', () => {
  for (const [question, letter] of Object.entries(right))
    test(question, async ({ student }) => {
      const answer = fields(await student.quiz())[question as keyof Answers]
      expect(answer === letter, 'the letter of the right answer').toBe(true)
    })
})
