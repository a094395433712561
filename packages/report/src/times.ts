/** For a commit that claims to be newer than its grade. */
export const FROM_FUTURE = 'its commit is dated after it was graded'

/** The clocks of students' computers differ a little. */
const TOLERANCE_MS = 5 * 60 * 1000

export const isFromFuture = (times: { readonly committedAt?: string | null; readonly gradedAt: string }): boolean =>
  !!times.committedAt && Date.parse(times.committedAt) > Date.parse(times.gradedAt) + TOLERANCE_MS
