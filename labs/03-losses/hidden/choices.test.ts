import { submissionTest } from '@backprop/grader/suite'
import { exercise, expect } from '@backprop/testkit'
import type { LossName, Task } from '#lab/choose'
import type { Answers, Choice } from '#lab/quiz'

const chooseTest = submissionTest<typeof import('#lab/choose')>('choose')
const quizTest = submissionTest<typeof import('#lab/quiz')>('quiz')

/** Where the choice between two losses is a matter of taste, both are right. */
const RIGHT: Record<Task, LossName[]> = {
  'car-top-speed': ['mse', 'mae'],
  'cat-or-dog': ['bce'],
  digit: ['cross-entropy'],
  'mistyped-rents': ['mae'],
  'crane-load': ['mse'],
  'photo-tags': ['bce'],
}

const TASKS = Object.keys(RIGHT) as Task[]

const ANSWERS: Record<string, [keyof Answers, Choice]> = {
  'minus-sign': ['minusSign', 'c'],
  'flat-loss': ['flatLoss', 'a'],
  outlier: ['outlier', 'd'],
  'knows-nothing': ['knowsNothing', 'b'],
  'sum-or-mean': ['sumOrMean', 'd'],
  'softmax-twice': ['softmaxTwice', 'b'],
}

exercise('choose-the-loss', () => {
  for (const task of TASKS) {
    chooseTest(task, async ({ student }) => {
      const chosen = await student.chooseLoss(task)
      expect(RIGHT[task].includes(chosen), 'a loss that fits the task').toBe(true)
      // The same loss for all tasks earns nothing. Tasks that are still open do not matter.
      const others = TASKS.map(other => student.chooseLoss(other).catch(() => null))
      const names = await Promise.all(others)
      expect(
        names.some(name => name !== chosen),
        'not the same loss for every task',
      ).toBe(true)
    })
  }
})

exercise('quiz', () => {
  for (const [id, [question, right]] of Object.entries(ANSWERS)) {
    quizTest(id, async ({ student }) => {
      // A student's function may return anything, whatever its type says.
      const answers: unknown = await student.quiz()
      expect(typeof answers === 'object' && answers !== null, 'an object with a letter for each question').toBe(true)
      expect((answers as Record<string, unknown>)[question] === right, 'the right letter').toBe(true)
    })
  }
})
