/** Why a backend cannot be had here. */
export type UnavailableCode =
  | 'not-installed'
  | 'addon-missing'
  | 'libtensorflow-missing'
  | 'no-gpu'
  | 'no-adapter'
  | 'software-adapter'
  | 'does-not-start'

/** A backend that this machine does not offer: the reason as a code and in words, and what to do about it. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable'
  readonly backend: string
  readonly code: UnavailableCode
  /** What is the matter, in a clause. */
  readonly reason: string
  /** What to do, in a clause. */
  readonly cure: string

  constructor(backend: string, code: UnavailableCode, reason: string, cure: string, options?: ErrorOptions) {
    super(`${backend}: ${reason}.\n  Hint: ${cure}.`, options)
    this.backend = backend
    this.code = code
    this.reason = reason
    this.cure = cure
  }
}

/** The device is gone, or does no longer what it is told: a driver that was reset, a GPU that was unplugged, no memory left. */
export class DeviceLost extends Error {
  override readonly name = 'DeviceLost'

  constructor(backend: string, why: string) {
    super(`${backend}: the device is lost (${why}).\n  Hint: nothing that was computed counts; start again.`)
  }
}

/** The first line of an error, for a reason in words. */
export const firstLine = (error: unknown): string => messageOf(error).trim().split('\n')[0].replace(/[.:]$/, '')

function messageOf(error: unknown): string {
  const isTold = typeof error === 'object' && error !== null && 'message' in error
  return String(isTold ? error.message : error)
}
