import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fetch } from '../src/cli/fetch-command.ts'
import { commitBefore, pushedAt } from '../src/github/commit-before.ts'
import { below, type Class, classOf, fetchClass, record } from './fetched-class.ts'
import { GitServer, OPENSSL } from './git-server.ts'
import { GitHubApi } from './github-api.ts'
import { file, Repository } from './repositories.ts'
import { run } from './running.ts'

/** `pnpm grade fetch --before`: what was there at a deadline, by the evidence that students cannot make. */

const at = (iso: string) => ({ now: () => new Date(iso) })
const before = (group: Class, time: string, now: string) =>
  run(fetch, ['--roster', group.roster, '--out', group.out, '--allow-file', '--before', time], at(now))

describe('pnpm grade fetch --before', () => {
  test('takes the last commit that it saw by then, whatever dates the commits claim', async () => {
    const zoe = new Repository()
    const first = zoe.push([file('a.txt', '1')], { at: '2026-11-01T00:00:00Z' })
    const group = classOf({ zoe })
    await fetchClass(group, at('2026-11-29T03:00:00Z'))
    const second = zoe.push([file('b.txt', '2')], { at: '2026-11-02T00:00:00Z' })
    await fetchClass(group, at('2026-12-01T03:00:00Z'))
    expect(record(group)[0].seen).toEqual([
      { commit: first, at: '2026-11-29T03:00:00.000Z' },
      { commit: second, at: '2026-12-01T03:00:00.000Z' },
    ])

    const taken = await before(group, '2026-11-30T23:59[Europe/Berlin]', '2026-12-01T04:00:00Z')
    expect(taken).toMatchObject({ code: 0, stdout: '1 changed, 0 unchanged, 0 empty, 0 failed\n' })
    expect(below(join(group.out, 'zoe'))).toEqual(['a.txt'])
    expect(record(group)[0]).toMatchObject({ commit: first, seenAt: '2026-11-29T03:00:00.000Z' })
    expect(await before(group, '2026-11-30T23:59[Europe/Berlin]', '2026-12-02T04:00:00Z')).toMatchObject({
      stdout: '0 changed, 1 unchanged, 0 empty, 0 failed\n',
    })

    await fetchClass(group, at('2026-12-03T03:00:00Z'))
    expect(below(join(group.out, 'zoe')), 'and without it, the newest again').toEqual(['b.txt'])
    expect(record(group)[0]).toMatchObject({ commit: second, seenAt: '2026-12-01T03:00:00.000Z' })
  })

  test('leaves no late work where nothing proves that a commit was there in time', async () => {
    const zoe = new Repository()
    zoe.push([file('a.txt', '1')], { at: '2026-11-01T00:00:00Z' })
    const group = classOf({ zoe })
    await fetchClass(group, at('2026-12-01T03:00:00Z'))
    const { code, stdout } = await before(group, '2026-11-30T23:59Z', '2026-12-01T04:00:00Z')
    expect([code, stdout]).toEqual([
      0,
      '0 changed, 0 unchanged, 1 empty, 0 failed\n' +
        '! zoe: nothing proves that a commit was there before 2026-11-30T23:59:00.000Z\n',
    ])
    expect(below(join(group.out, 'zoe'))).toEqual([])
    expect(record(group)[0]).toMatchObject({ status: 'empty', commit: null, seenAt: null })
  })

  test('remembers since when each lab is there: work on another one does not make it late', async () => {
    const [first, second] = ['01-perceptron/src/perceptron.ts', '02-activations/src/activations.ts'].map(
      path => `labs/${path}`,
    )
    const zoe = new Repository()
    const tree = [file(first, 'export const score = 1\n')]
    zoe.push(tree)
    const group = classOf({ zoe })
    await fetchClass(group, at('2026-11-01T03:00:00Z'))
    zoe.push([...tree, file(second, 'export const relu = 1\n')])
    await fetchClass(group, at('2026-12-01T03:00:00Z'))
    await fetchClass(group, at('2026-12-02T03:00:00Z'))
    const times = (id: string) =>
      record(group)[0]
        .works?.filter(({ lab }) => lab === id)
        .map(({ at }) => at)
    expect(times('01-perceptron')).toEqual(['2026-11-01T03:00:00.000Z'])
    expect(times('02-activations')).toEqual(['2026-12-01T03:00:00.000Z'])

    zoe.push([file(first, 'export const score = 2\n'), file(second, 'export const relu = 1\n')])
    await fetchClass(group, at('2026-12-03T03:00:00Z'))
    expect(times('01-perceptron')).toEqual(['2026-11-01T03:00:00.000Z', '2026-12-03T03:00:00.000Z'])
  })

  test('refuses a time that could mean any', async () => {
    const group = classOf({ zoe: new Repository() })
    await expect(before(group, '2026-11-30T23:59', '2026-12-01T04:00:00Z')).rejects.toThrow('--before takes a time')
  })

  test.skipIf(!OPENSSL /* makes the certificate of a test server */)(
    'takes the last commit that GitHub says was pushed by then, and records when',
    async () => {
      const api = await GitHubApi.start()
      const root = mkdtempSync(join(tmpdir(), 'github-'))
      const zoe = new Repository(join(root, 'uni/zoe.git'))
      const [early, late] = [zoe.push([file('a.txt', '1')]), zoe.push([file('b.txt', '2')])]
      api.activities.set('uni/zoe', [
        { after: late, timestamp: '2026-12-01T00:30:00Z', activity_type: 'force_push' },
        { after: early, timestamp: '2026-11-30T22:58:00Z', activity_type: 'push' },
        { after: '0'.repeat(40), timestamp: '2026-11-30T22:59:00Z', activity_type: 'branch_deletion' },
      ])
      const server = await GitServer.start({ root, token: api.token })
      const group = classOf({ zoe: 'uni/zoe' })
      const env = {
        ...{ ...process.env, GIT_SSL_CAINFO: server.certificate, GITHUB_TOKEN: api.token },
        ...{ GITHUB_SERVER_URL: server.url, GITHUB_API_URL: api.url },
      }
      const args = ['--roster', group.roster, '--out', group.out]
      const now = () => new Date('2026-12-01T03:00:00Z')
      await run(fetch, args, { env, now })
      expect(record(group)[0]).toMatchObject({ commit: late, pushedAt: '2026-12-01T00:30:00.000Z' })

      const { stdout } = await run(fetch, [...args, '--before', '2026-11-30T23:59+01:00'], { env, now })
      expect(stdout).toContain('1 changed')
      expect(record(group)[0]).toMatchObject({ commit: early, pushedAt: '2026-11-30T22:58:00.000Z' })
      expect(below(join(group.out, 'zoe'))).toEqual(['a.txt'])

      api.activities.delete('uni/zoe')
      const unknown = await run(fetch, [...args, '--before', '2026-11-30T23:59+01:00'], { env, now })
      expect(unknown.stdout).toContain('; GitHub does not say when it was pushed: GitHub answers 404, "Not Found"')
      await Promise.all([server.stop(), api.stop()])
    },
  )
})

describe('the commit at a time', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(letter => letter.repeat(40))
  const seen = [
    { commit: a, at: '2026-11-29T03:00:00.000Z' },
    { commit: c, at: '2026-12-01T03:00:00.000Z' },
  ]
  const pushes = [
    { commit: c, at: '2026-11-30T23:00:00.000Z' },
    { commit: b, at: '2026-11-30T20:00:00.000Z' },
  ]

  test.each([
    ['2026-11-29T00:00Z', null],
    ['2026-11-29T03:00Z', a],
    ['2026-11-30T21:00Z', b],
    ['2026-11-30T23:00Z', c],
    ['2026-12-31T00:00Z', c],
  ])('%s is the last one that was seen or pushed by then', (time, commit) =>
    expect(commitBefore({ seen }, pushes, new Date(time))?.commit ?? null).toBe(commit),
  )

  test('is not later because a student went back to it', () =>
    expect(pushedAt(b, [{ commit: b, at: '2026-12-02T00:00:00.000Z' }, ...pushes])).toBe('2026-11-30T20:00:00.000Z'))

  test('without pushes is what was seen', () =>
    expect(commitBefore({ seen }, [], new Date('2026-11-30T23:30Z'))?.commit).toBe(a))
})
