import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from '../src/sandbox/tiers/host.ts'

/** Serves repositories over https:, as GitHub does: git's own program behind a server. */

export const OPENSSL = which('openssl')

interface Behaviour {
  /** Where the repositories are; the temporary folder unless given. */
  readonly root?: string
  /** Only who shows it may read. */
  readonly token?: string
  /** Sends everybody there. */
  readonly redirect?: string
  readonly onRequest?: () => void
}

export class GitServer {
  /** Tokens that were shown. */
  readonly tokens: string[] = []
  requests = 0
  readonly certificate: string
  readonly #server: Server
  readonly #behaviour: Behaviour

  private constructor(behaviour: Behaviour) {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
    ]
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...name, ...made], { stdio: 'ignore' })
    this.certificate = certificate
    this.#behaviour = behaviour
    this.#server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) =>
      this.#answer(request, response),
    )
  }

  static async start(behaviour: Behaviour): Promise<GitServer> {
    const started = new GitServer(behaviour)
    await new Promise<void>(resolve => started.#server.listen(0, 'localhost', resolve))
    return started
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen')
    return `https://localhost:${address.port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests++
    const { root = tmpdir(), token, redirect, onRequest } = this.#behaviour
    onRequest?.()
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const shown = Buffer.from(basic, 'base64').toString().split(':')[1]
    if (shown) this.tokens.push(shown)
    if (redirect) response.writeHead(301, { location: `${redirect}${request.url}` }).end()
    else if (token !== undefined && shown !== token) response.writeHead(401, { 'www-authenticate': 'Basic' }).end()
    else serve(root, request, response)
  }
}

/** git's server program talks CGI. */
function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://localhost')
  const environment = {
    PATH: process.env.PATH,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: searchParams.toString(),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  }
  const child = spawn('git', ['http-backend'], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] })
  request.pipe(child.stdin)
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.on('close', () => {
    const answer = Buffer.concat(chunks)
    const end = answer.indexOf('\r\n\r\n')
    const headers = answer
      .toString('latin1', 0, end)
      .split('\r\n')
      .map(line => line.split(': ') as [string, string])
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(parseInt(status), Object.fromEntries(headers.filter(([name]) => name !== 'Status')))
    response.end(answer.subarray(end + 4))
  })
}

/** The command line of every process that can be seen; only Linux shows them as files. */
export function processArguments(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8')
      } catch {
        return '' // it has ended
      }
    })
}
