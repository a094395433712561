import { safeLine } from '@backprop/safe-text'
import { UsageError } from '../errors.ts'

/** The part of GitHub's REST API that check runs need. */

export interface ApiOptions {
  /** Without a slash at the end: https://api.github.com, or your own server. */
  readonly url: string
  readonly token: string
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** Retrying will not help: `message` says why, for the person who set it up. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Retrying may help, after `seconds` if GitHub gives a time. */
export class ApiBusy extends Error {
  override readonly name = 'ApiBusy'
  readonly seconds: number | null

  constructor(message: string, seconds: number | null) {
    super(message)
    this.seconds = seconds
  }
}

const ANSWER_TIMEOUT_SECONDS = 30
/** What GitHub asks for if its answer doesn't say. */
const DEFAULT_WAIT_SECONDS = 60

export class Api {
  readonly #options: ApiOptions

  constructor(options: ApiOptions) {
    const { protocol, hostname } = new URL(options.url)
    if (protocol !== 'https:' && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
      throw new UsageError(`--api: expected an https: address, because the token is sent there, got "${options.url}".`)
    this.#options = options
  }

  /** Resolves to the answer's JSON. Throws ApiRefused and ApiBusy. */
  async request(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<unknown> {
    const { url, token, signal } = this.#options
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'backprop-labs',
      'x-github-api-version': '2022-11-28',
    }
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_SECONDS * 1000)])
    let response: Response
    let text: string
    try {
      // A redirect would send the token to its target.
      const init = { method, headers, body: body && JSON.stringify(body), redirect: 'manual', signal: within } as const
      response = await fetch(`${url}${path}`, init)
      text = await response.text()
    } catch (error) {
      signal.throwIfAborted()
      throw new ApiBusy(`GitHub cannot be reached (${reasonOf(error)})`, null)
    }
    const answer = parsed(text)
    if (response.ok) return answer
    throw this.#fault(response, answer)
  }

  #fault({ status, headers }: Response, answer: unknown): Error {
    const said = saidBy(answer)
    const tooMany = status === 429 || (status === 403 && isLimit(headers, said))
    if (tooMany) return new ApiBusy('GitHub limits the number of requests', this.#wait(headers) ?? DEFAULT_WAIT_SECONDS)
    if (status >= 500) return new ApiBusy(`GitHub answers ${status}`, this.#wait(headers))
    return new ApiRefused(status, `GitHub answers ${status}${said && `, "${said}"`}${HINTS[status] ?? ''}`)
  }

  /** The waiting time that the headers ask for, in seconds. */
  #wait(headers: Headers): number | null {
    const after = headers.get('retry-after')
    if (after !== null && /^\d+$/.test(after)) return Number(after)
    const reset = headers.get('x-ratelimit-reset')
    if (headers.get('x-ratelimit-remaining') !== '0' || reset === null) return null
    return Math.max(0, Math.ceil(Number(reset) - this.#options.now().getTime() / 1000)) + 1
  }
}

const HINTS: Readonly<Record<number, string>> = {
  301: ': the repository has moved, so write its new address into the roster',
  307: ': the repository has moved, so write its new address into the roster',
  401: ': is GITHUB_TOKEN a token, and still valid?',
  403: ': only the token of a GitHub App with the permission "Checks: write" may post check runs',
  404: ': is the GitHub App installed on this repository?',
  422: ': is the commit still there, or was something else pushed over it?',
}

const isLimit = (headers: Headers, said: string): boolean =>
  headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /rate limit|abuse/i.test(said)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** GitHub's error message, sanitized for one line of a terminal. */
function saidBy(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) return ''
  return safeLine(String(answer.message), 200)
}

function reasonOf(error: unknown): string {
  const { cause, name } = error as Error
  if (name === 'TimeoutError') return `no answer within ${ANSWER_TIMEOUT_SECONDS} s`
  return cause instanceof Error && 'code' in cause ? String(cause.code) : name
}
