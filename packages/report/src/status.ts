/** The status of a test or an exercise. */
export const STATUSES = [
  'passed',
  'failed',
  'error',
  'timeout',
  'out-of-memory',
  'not-started',
  'blocked',
  'missing',
  'tampered',
  'grader-error',
] as const
export type Status = (typeof STATUSES)[number]

/** The name and the sign of each status: a colour alone never carries the meaning. */
export const WORDS: Readonly<Record<Status, { readonly sign: string; readonly word: string; readonly says: string }>> =
  {
    passed: { sign: '✓', word: 'passed', says: 'passed' },
    failed: { sign: '✗', word: 'failed', says: 'gave a wrong answer' },
    error: { sign: '!', word: 'error', says: 'ended in an error' },
    timeout: { sign: '⧖', word: 'too slow', says: 'did not finish in time' },
    'out-of-memory': { sign: '▲', word: 'out of memory', says: 'used more memory than it may' },
    'not-started': { sign: '·', word: 'not started', says: 'is still the stub' },
    blocked: { sign: '◦', word: 'blocked', says: 'waits for an exercise before it' },
    missing: { sign: '?', word: 'missing', says: 'was not reported' },
    tampered: { sign: '‼', word: 'tampered', says: 'broke the rules of the grader’s channel' },
    'grader-error': { sign: '‼', word: 'grader error', says: 'could not be graded through our fault' },
  }
