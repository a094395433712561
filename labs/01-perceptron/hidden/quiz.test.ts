import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { Answers } from '#lab/quiz'
import { fields } from './reference.ts'

const test = submissionTest<typeof import('#lab/quiz')>('quiz')

const RIGHT: Answers = { learned: 'b', shape: 'c', margin: 'd', blobs: 'a', ring: 'c', start: 'b' }

exercise('quiz', () => {
  for (const [question, answer] of Object.entries(RIGHT)) {
    test(question, async ({ student }) => {
      const given = fields(await student.quiz())[question as keyof Answers]
      expect(given === answer, 'a different answer is right').toBe(true)
    })
  }
})
