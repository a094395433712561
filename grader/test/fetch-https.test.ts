import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fetch } from '../src/cli/fetch-command.ts'
import { gitEnvironment } from '../src/github/git-environment.ts'
import { below, type Class, classOf, SERVER, work } from './fetched-class.ts'
import { GitServer, OPENSSL, processArguments } from './git-server.ts'
import { Repository } from './repositories.ts'
import { run } from './running.ts'

/** Servers, tokens, and what git gets of the environment. */

describe.skipIf(!OPENSSL /* makes the certificate of a test server */)('over https:', () => {
  const TOKEN = 'ghs_5ecret5ecret5ecret'

  const classAt = (server: GitServer, repository: Repository) =>
    classOf({ zoe: `${server.url}/${basename(repository.folder)}` })

  const fetchFrom = (group: Class, server: GitServer, env: Record<string, string> = {}) =>
    run(fetch, ['--roster', group.roster, '--out', group.out], {
      env: {
        ...process.env,
        GIT_SSL_CAINFO: server.certificate,
        GITHUB_SERVER_URL: server.url,
        GITHUB_TOKEN: TOKEN,
        ...env,
      },
    })

  test('the token opens a private repository, and is in no file, argument or message', async () => {
    const zoe = new Repository(mkdtempSync(join(tmpdir(), 'private-')))
    zoe.push([work])
    const arguments_: string[] = []
    const server = await GitServer.start({ token: TOKEN, onRequest: () => arguments_.push(...processArguments()) })
    const group = classAt(server, zoe)
    const { code, stdout, stderr } = await fetchFrom(group, server)
    await server.stop()
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 changed, 0 unchanged, 0 empty, 0 failed\n' })
    expect(below(join(group.out, 'zoe'))).toContain(work.path)
    const files = readdirSync(group.out, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    expect(files.length).toBeGreaterThan(5)
    const everything = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join()
    const told = everything + arguments_.join() + stdout + stderr
    for (const secret of [TOKEN, Buffer.from(`x-access-token:${TOKEN}`).toString('base64')])
      expect(told.includes(secret), secret).toBe(false)
    if (process.platform === 'linux') expect(arguments_.join()).toContain('ls-remote')
  })

  test('another server does not get the token, whatever the roster says', async () => {
    const zoe = new Repository(mkdtempSync(join(tmpdir(), 'private-')))
    zoe.push([work])
    const server = await GitServer.start({ token: TOKEN })
    const { code, stdout } = await fetchFrom(classAt(server, zoe), server, { GITHUB_SERVER_URL: SERVER })
    await server.stop()
    expect(code).toBe(2)
    expect(stdout).toContain('✗ zoe: it is private and the token has no access to it: set GITHUB_TOKEN to a token')
    expect(server.tokens).toEqual([])
  })

  test('a redirect is not followed', async () => {
    const elsewhere = await GitServer.start({})
    const server = await GitServer.start({ redirect: elsewhere.url })
    const { stdout } = await fetchFrom(classAt(server, new Repository(mkdtempSync(join(tmpdir(), 'moved-')))), server)
    await Promise.all([server.stop(), elsewhere.stop()])
    expect(stdout).toContain('✗ zoe: it has moved: write its new address into the roster')
    expect(elsewhere.requests).toBe(0)
  })
})

describe('the environment of git', () => {
  const settings = { home: '/empty', server: SERVER, allowFile: false, token: undefined, env: {} }

  test('holds nothing of the caller but where programs, proxies and certificates are', () => {
    const env = {
      PATH: '/bin',
      https_proxy: 'p',
      GITHUB_TOKEN: 't',
      GIT_SSH_COMMAND: 'x',
      GIT_TRACE_CURL: '1',
      NODE_OPTIONS: 'x',
    }
    const passed = gitEnvironment({ ...settings, env })
    expect(passed).toMatchObject({ PATH: '/bin', https_proxy: 'p', HOME: '/empty', GIT_ALLOW_PROTOCOL: 'https' })
    for (const name of ['GITHUB_TOKEN', 'GIT_SSH_COMMAND', 'GIT_TRACE_CURL', 'NODE_OPTIONS'])
      expect(passed).not.toHaveProperty(name)
  })

  test('holds the token for one server alone', () => {
    const passed = gitEnvironment({ ...settings, token: 'secret' })
    const keys = Object.values(passed).filter(value => value.endsWith('extraHeader'))
    expect(keys).toEqual(['http.https://github.com/.extraHeader'])
  })
})
