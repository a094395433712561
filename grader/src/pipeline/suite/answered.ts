import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestName } from '@backprop/test-runner/events'
import type { Staged } from '../../sandbox/open-session.ts'

/**
 * A file that names the last test in which the student's code has answered. It is written synchronously, before the
 * answer is read: a process that runs out of memory over an answer has no time to send a message.
 */
const fileIn = (workFolder: string) => join(workFolder, 'answered')

let file = ''
let test = ''

/** From now on, answers belong to this test. */
export function beginAnswers({ workFolder }: Pick<Staged, 'workFolder'>, fullName: string): void {
  ;[file, test] = [fileIn(workFolder), fullName]
}

export const noteAnswer = (): void => writeFileSync(file, test)

/** Whether the student's code had answered in this test when the process that ran it died. */
export function hasAnswered(workFolder: string, { exercise, name }: TestName): boolean {
  try {
    return readFileSync(fileIn(workFolder), 'utf8') === `${exercise} > ${name}`
  } catch {
    return false
  }
}

export const forgetAnswers = (workFolder: string): void => rmSync(fileIn(workFolder), { force: true })
