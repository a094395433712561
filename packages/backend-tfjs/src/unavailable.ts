/** Why a backend is not available on this machine. */
export type UnavailableCode =
  | 'not-installed'
  | 'addon-missing'
  | 'libtensorflow-missing'
  | 'no-gpu'
  | 'no-adapter'
  | 'software-adapter'
  | 'does-not-start'
  | 'crashed'

/** A backend is not available on this machine. Has the reason as a code and as a clause, and what to do about it. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable'
  readonly backend: string
  readonly code: UnavailableCode
  /** What is wrong, as a clause. */
  readonly reason: string
  /** What to do, as a clause. */
  readonly fix: string

  constructor(backend: string, code: UnavailableCode, reason: string, fix: string, options?: ErrorOptions) {
    super(`${backend}: ${reason}.\n  Hint: ${fix}.`, options)
    this.backend = backend
    this.code = code
    this.reason = reason
    this.fix = fix
  }
}

/** The device was lost or stopped responding: its driver was reset, the GPU was unplugged, or its memory is full. */
export class DeviceLost extends Error {
  override readonly name = 'DeviceLost'

  constructor(backend: string, why: string, fix = 'its results are invalid; start again') {
    super(`${backend}: the device was lost (${why}).\n  Hint: ${fix}.`)
  }
}

/** The first line of an error's message. */
export const firstLine = (error: unknown): string => messageOf(error).trim().split('\n')[0].replace(/[.:]$/, '')

function messageOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return String(hasMessage ? error.message : error)
}
