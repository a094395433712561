import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CheckRun } from '../src/github/check-run.ts'

/** Plays the parts of GitHub's API about check runs, https://docs.github.com/rest/checks/runs, and about pushes. */

export interface StoredRun extends CheckRun {
  readonly id: number
  readonly head_sha: string
  readonly app: string
}

/** An answer in place of the right one. */
export interface Fault {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object
  /** What was asked for is done all the same, as when the answer is lost on its way. */
  readonly done?: true
}

const APP = 'the grader'

export class GitHubApi {
  readonly token = 'ghs_t0ken_0f_the_grader'
  readonly runs: StoredRun[] = []
  /** What was pushed to the default branch, the newest first, by `owner/repo`. */
  readonly activities = new Map<string, readonly { after: string; timestamp: string; activity_type: string }[]>()
  /** `GET /repos/…`, in their order. */
  readonly requests: string[] = []
  readonly bodies: unknown[] = []
  /** Given one after the other, to requests with that method. */
  readonly faults: { method: string; fault: Fault }[] = []
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response))

  static async start(): Promise<GitHubApi> {
    const api = new GitHubApi()
    await new Promise<void>(resolve => api.#server.listen(0, '127.0.0.1', resolve))
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  add(run: CheckRun, head_sha: string, app = APP): void {
    this.runs.push({ ...run, id: this.runs.length + 1, head_sha, app })
  }

  writes(): string[] {
    return this.requests.filter(request => !request.startsWith('GET'))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [method, path] = [request.method ?? '', request.url ?? '']
    this.requests.push(`${method} ${path}`)
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body = text === '' ? null : (JSON.parse(text) as CheckRun & { head_sha: string })
    if (body) this.bodies.push(body)
    const planned = this.faults.findIndex(fault => fault.method === method)
    const fault = planned < 0 ? null : this.faults.splice(planned, 1)[0].fault
    const right = fault && !fault.done ? fault : this.#act(method, path, body, request.headers.authorization)
    const { status, headers = {}, body: answer = {} } = fault ?? right
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer))
  }

  #act(method: string, path: string, body: (CheckRun & { head_sha: string }) | null, authorization = ''): Fault {
    if (authorization !== `Bearer ${this.token}`) return { status: 401, body: { message: 'Bad credentials' } }
    const [, commit, name] =
      /^\/repos\/[\w.-]+\/[\w.-]+\/commits\/(\w+)\/check-runs\?check_name=([^&]+)/.exec(path) ?? []
    if (method === 'GET' && commit) {
      const check_runs = this.runs.filter(run => run.head_sha === commit && run.name === decodeURIComponent(name))
      return { status: 200, body: { total_count: check_runs.length, check_runs } }
    }
    const [, repository, rest] = /^\/repos\/([\w.-]+\/[\w.-]+)(\/activity\?.*)?$/.exec(path) ?? []
    const activity = this.activities.get(repository ?? '')
    if (method === 'GET' && activity && rest === undefined) return { status: 200, body: { default_branch: 'main' } }
    if (method === 'GET' && activity && rest?.includes(`ref=${encodeURIComponent('refs/heads/main')}`))
      return { status: 200, body: activity }
    const id = Number(/^\/repos\/[\w.-]+\/[\w.-]+\/check-runs\/(\d+)$/.exec(path)?.[1])
    const place = this.runs.findIndex(run => run.id === id)
    if (method === 'PATCH' && body && place >= 0) {
      if (this.runs[place].app !== APP)
        return {
          status: 403,
          body: { message: 'Invalid app_id - check run can only be modified by the GitHub App that created it.' },
        }
      this.runs[place] = { ...this.runs[place], ...body }
      return { status: 200 }
    }
    if (method === 'POST' && body && /^\/repos\/[\w.-]+\/[\w.-]+\/check-runs$/.test(path)) {
      const { head_sha, ...run } = body
      this.add(run, head_sha)
      return { status: 201 }
    }
    return { status: 404, body: { message: 'Not Found' } }
  }
}
