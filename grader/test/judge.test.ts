import type { SuiteOutcome } from '@backprop/test-runner'
import { describe, expect, test } from 'vitest'
import { GraderFault } from '../src/errors.ts'
import { judge } from '../src/pipeline/score/judge.ts'
import { neuron as lab } from './tiny-labs.ts'

const ended = (end: SuiteOutcome['end']): SuiteOutcome => ({
  tests: [],
  results: [],
  broken: [],
  end,
  output: 'EROFS: read-only file system',
})

describe('a suite that reported no test', () => {
  test('is our fault, and no score, where none of the student’s code ran', () => {
    expect(() => judge(lab, ended('unstarted'))).toThrow(GraderFault)
    expect(() => judge(lab, ended('unstarted'))).toThrow(/did not start.*EROFS.*pnpm grade doctor/s)
  })

  test('is the student’s, where their code ran until the time was up', () => {
    const { outcomes } = judge(lab, ended('too-slow'))
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['timeout']))
  })
})
