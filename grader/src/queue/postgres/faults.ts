/** Codes of the operating system for a connection that broke, or can't be made at the moment. */
const BROKEN = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ENETDOWN', 'EAI_AGAIN', 'ENOTFOUND', 'ENOENT'],
])

/**
 * Codes of PostgreSQL: it stops, starts or has crashed, has too many connections, or gave up a transaction in favour of
 * another one. Class 08 is a broken connection.
 */
const PASSING = /^(08...|57P0[123]|53300|40001|40P01|25P0[34])$/

/** What node-postgres says without a code. */
const WITHOUT_CODE =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired)/

/** Whether the same statement may succeed later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isPassing)
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  return code === null ? WITHOUT_CODE.test(error.message) : BROKEN.has(code) || PASSING.test(code)
}

/** Whether the role has no right to do this. */
export const isForbidden = (error: unknown): boolean => error instanceof Error && codeOf(error) === '42501'

/** Whether the server has no database of that name. */
export const isNoDatabase = (error: unknown): boolean => error instanceof Error && codeOf(error) === '3D000'

/** What went wrong, in a line without addresses or values: those of a statement are files of students. */
export function faultOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  if (!(first instanceof Error)) return String(first)
  const code = codeOf(first)
  return code === null ? first.message : `${first.message} (${code})`
}

function codeOf(error: Error): string | null {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : null
}
