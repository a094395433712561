import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readFetched } from '../src/class/fetched.ts'
import { fetch } from '../src/cli/fetch-command.ts'
import { fetchAll } from '../src/github/fetch.ts'
import { FETCHING, lock, refuseLocked } from '../src/lock.ts'
import { readRoster } from '../src/roster/roster.ts'
import { below, classOf, fetchClass, newFolder, record, SERVER, work } from './fetched-class.ts'
import { file, Repository } from './repositories.ts'
import { run } from './running.ts'

/** What `pnpm grade fetch` brings, records and refuses. */

describe('pnpm grade fetch', () => {
  test('brings the files, then says what changed, from which commit to which, and when it was first seen', async () => {
    const [zoe, bob] = [new Repository(), new Repository()]
    const first = zoe.push([work], { at: '2001-01-01T00:00:00+02:00' })
    bob.push([work])
    const group = classOf({ 'Zoë Müller': zoe, bob })

    const one = await fetchClass(group, { now: () => new Date('2026-10-01T08:00:00Z') })
    expect(one).toMatchObject({ code: 0, stdout: '2 changed, 0 unchanged, 0 empty, 0 failed\n' })
    expect(one.stderr).toContain(`Zoë Müller: new → ${first.slice(0, 10)}\n`)
    expect(readFileSync(join(group.out, 'Zoë Müller', work.path), 'utf8')).toBe(work.content)
    expect(readdirSync(group.out).sort()).toEqual(['Zoë Müller', 'bob', 'fetch.json'])

    const second = zoe.push([file('other.txt', 'x')], { at: '2026-09-01T00:00:00Z' })
    const two = await fetchClass(group, { now: () => new Date('2026-10-02T08:00:00Z') })
    expect(two).toMatchObject({ code: 0, stdout: '1 changed, 1 unchanged, 0 empty, 0 failed\n' })
    const [changed, same] = record(group)
    expect(changed).toMatchObject({
      ...{ name: 'Zoë Müller', repository: zoe.url, branch: null, status: 'changed', before: first, commit: second },
      ...{ committedAt: '2026-09-01T00:00:00+00:00', seenAt: '2026-10-02T08:00:00.000Z', problem: null },
    })
    expect(same).toMatchObject({ name: 'bob', status: 'unchanged', seenAt: '2026-10-01T08:00:00.000Z' })
    expect(below(join(group.out, 'Zoë Müller')), 'no file of the commit before').toEqual(['other.txt'])
  })

  test('a folder that went missing is brought again, and its commit was seen when it was seen', async () => {
    const zoe = new Repository()
    zoe.push([work])
    const group = classOf({ zoe })
    await fetchClass(group, { now: () => new Date('2026-10-01T08:00:00Z') })
    rmSync(join(group.out, 'zoe'), { recursive: true })
    await fetchClass(group, { now: () => new Date('2026-10-02T08:00:00Z') })
    expect(below(group.out)).toContain(`zoe/${work.path}`)
    expect(record(group)[0]).toMatchObject({ status: 'unchanged', seenAt: '2026-10-01T08:00:00.000Z' })
  })

  test('what it brings is a clone that can be looked at, and that nothing of the student configures', async () => {
    const zoe = new Repository()
    const commit = zoe.push([work, { path: 'link', mode: '120000', content: '/etc/passwd' }])
    const group = classOf({ zoe })
    await fetchClass(group)
    const folder = join(group.out, 'zoe')
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
    expect(git('log', '--format=%H')).toBe(commit)
    expect(git('status', '--porcelain')).toBe('D  link')
    expect(git('remote')).toBe('')
    expect(readdirSync(join(folder, '.git'))).not.toContain('hooks')
  })

  test('a false commit date is kept apart from the time when it was seen', async () => {
    const late = new Repository()
    late.push([work], { at: '1999-12-31T23:59:59Z' })
    const group = classOf({ late })
    await fetchClass(group, { now: () => new Date('2026-10-01T08:00:00Z') })
    expect(record(group)[0]).toMatchObject({
      committedAt: '1999-12-31T23:59:59+00:00',
      seenAt: '2026-10-01T08:00:00.000Z',
    })
  })

  test('takes the branch that the roster names', async () => {
    const zoe = new Repository()
    zoe.push([file('main.txt', '')])
    zoe.push([file('final.txt', '')], { branch: 'hand-in/final' })
    const group = classOf({})
    writeFileSync(group.roster, `name,repository,branch\nzoe,${zoe.url},hand-in/final\nbob,${zoe.url},later\n`)
    const { code, stdout } = await fetchClass(group)
    expect(code).toBe(2)
    expect(stdout).toBe(
      '1 changed, 0 unchanged, 0 empty, 1 failed\n✗ bob: it has no branch "later"; it has "hand-in/final", "main"\n',
    )
    expect(below(group.out).filter(path => !path.includes('.txt'))).toEqual(['fetch.json', 'zoe'])
    expect(below(join(group.out, 'zoe'))).toEqual(['final.txt'])
  })

  test('what came from another branch or address than the roster names is never left to be graded', async () => {
    const [zoe, bob, ann] = [new Repository(), new Repository(), new Repository()]
    for (const repository of [zoe, bob, ann]) repository.push([work])
    const group = classOf({ zoe, bob, ann })
    await fetchClass(group)
    const rows = [`zoe,${zoe.url},later`, `bob,${pathToFileURL(join(bob.folder, 'gone')).href},`, `ann,${ann.url},`]
    writeFileSync(group.roster, ['name,repository,branch', ...rows].join('\n'))
    expect(await fetchClass(group)).toMatchObject({ code: 2 })
    expect(readdirSync(group.out).sort()).toEqual(['ann', 'fetch.json'])
    expect(record(group).map(({ name, commit }) => [name, commit !== null])).toEqual([
      ['zoe', false],
      ['bob', false],
      ['ann', true],
    ])
  })

  test('a run that is killed between the files and the record leaves no new files under an old time', async () => {
    const zoe = new Repository()
    zoe.push([work])
    const group = classOf({ zoe })
    await fetchClass(group, { now: () => new Date('2026-10-01T08:00:00Z') })
    const recorded = readFileSync(join(group.out, 'fetch.json'))
    const late = zoe.push([file('late.txt', '')], { at: '2026-10-02T00:00:00Z' })
    await fetchClass(group, { now: () => new Date('2026-10-03T08:00:00Z') })
    writeFileSync(join(group.out, 'fetch.json'), recorded)
    expect((await readFetched(group.out))?.submissions[0]).toMatchObject({
      ...{ commit: late, committedAt: '2026-10-02T00:00:00+00:00', seenAt: '2026-10-03T08:00:00.000Z' },
    })
    expect((await fetchClass(group, { now: () => new Date('2026-10-04T08:00:00Z') })).stdout).toContain('1 unchanged')
    expect(record(group)[0]).toMatchObject({ commit: late, seenAt: '2026-10-03T08:00:00.000Z' })
  })

  test('what a killed run left behind goes with the next one, and two at a time keep out of each other’s way', async () => {
    const zoe = new Repository()
    zoe.push([work])
    const group = classOf({ zoe })
    mkdirSync(join(group.out, '.fetching-killed', 'snapshot-x'), { recursive: true })
    const unlock = await lock(group.out, FETCHING, () => new Date())
    await expect(fetchClass(group)).rejects.toThrow(
      /^Another run is fetching into ".*or give another folder with --out/,
    )
    await expect(refuseLocked(group.out, FETCHING)).rejects.toThrow('Another run is fetching into')
    unlock()
    await fetchClass(group)
    expect(readdirSync(group.out).sort()).toEqual(['fetch.json', 'zoe'])
    await refuseLocked(group.out, FETCHING)
  })

  test('paths that are too long or too deep for a disk are left out, and all else is fetched', async () => {
    const zoe = new Repository()
    const deep = 'd/'.repeat(2013) + 'deep.ts'
    const long = `${'n'.repeat(200)}/`.repeat(5) + 'long.ts'
    zoe.push([work, file(deep, ''), file(long, ''), file(`${'ä'.repeat(128)}.ts`, '')])
    const group = classOf({ zoe })
    expect(await fetchClass(group)).toMatchObject({ code: 0, stdout: '1 changed, 0 unchanged, 0 empty, 0 failed\n' })
    expect(below(join(group.out, 'zoe'))).toContain(work.path)
    const [{ leftOut, commit }] = record(group)
    expect(leftOut.first.map(({ why }) => why)).toEqual(['long path', 'long path', 'long path'])
    expect(commit).toBe(zoe.git(['rev-parse', 'main']))
    expect(readdirSync(group.out).sort()).toEqual(['fetch.json', 'zoe'])
  })

  test('where something was, and now nothing is, the last files stay and it fails', async () => {
    const zoe = new Repository()
    const commit = zoe.push([work])
    const group = classOf({ zoe })
    await fetchClass(group)
    zoe.git(['update-ref', '-d', 'refs/heads/main'])
    const { code, stdout } = await fetchClass(group)
    expect(code).toBe(2)
    expect(stdout).toContain('✗ zoe: it had commits earlier, and now it has none\n')
    expect(record(group)[0].commit).toBe(commit)
    expect(below(group.out)).toContain(`zoe/${work.path}`)
  })

  test('a default branch that is not there is named with those that are', async () => {
    const zoe = new Repository()
    zoe.push([work], { branch: 'work' })
    const { code, stdout } = await fetchClass(classOf({ zoe }))
    expect(code).toBe(2)
    expect(stdout).toContain(
      '✗ zoe: its default branch is not there; it has "work": name one in the roster\'s column "branch"\n',
    )
  })

  test('where nothing was pushed, there is an empty folder, so that no student is forgotten', async () => {
    const group = classOf({ zoe: new Repository() })
    const { code, stderr } = await fetchClass(group)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '1/1  zoe: nothing pushed yet\n' })
    expect(below(join(group.out, 'zoe'))).toEqual([])
    expect(record(group)[0]).toMatchObject({ status: 'empty', commit: null })
  })

  test('one that fails is listed, keeps its last files, and does not stop the others', async () => {
    const [zoe, bob] = [new Repository(), new Repository()]
    const before = zoe.push([work])
    const group = classOf({ zoe })
    await fetchClass(group)
    bob.push([work])
    const gone = join(zoe.folder, 'no-longer')
    zoe.git(['symbolic-ref', 'HEAD', 'refs/heads/deleted'])
    const nobody = { zoe, 'not there': `file://${gone}`, bob }
    const { code, stdout } = await fetchClass(classOf(nobody, group.out))
    expect(code).toBe(2)
    expect(stdout).toContain('1 changed, 0 unchanged, 0 empty, 2 failed\n')
    expect(stdout).toContain('✗ zoe: its default branch is not there; it has "main": name one in the roster')
    expect(stdout).toContain('✗ not there: it does not exist, or the token has no access to it; git says "fatal: ')
    expect(record(group).map(({ name, status, commit }) => [name, status, commit !== null])).toEqual([
      ['zoe', 'failed', true],
      ['not there', 'failed', false],
      ['bob', 'changed', true],
    ])
    expect(record(group)[0].commit).toBe(before)
    expect(below(group.out)).toContain(`zoe/${work.path}`)
  })

  test('a folder that it did not make is never replaced', async () => {
    const zoe = new Repository()
    zoe.push([work])
    const group = classOf({ zoe })
    mkdirSync(join(group.out, 'zoe'))
    writeFileSync(join(group.out, 'zoe', 'thesis.txt'), 'years')
    await expect(fetchClass(group)).rejects.toThrow(
      'holds folders that "grade fetch" would replace but did not write: zoe.',
    )
    expect(below(group.out)).toEqual(['zoe', 'zoe/thesis.txt'])
  })

  test('names folders of students who are no longer in the roster', async () => {
    const [zoe, bob] = [new Repository(), new Repository()]
    const both = classOf({ zoe, bob })
    await fetchClass(both)
    const { stderr } = await fetchClass(classOf({ zoe }, both.out))
    expect(stderr).toContain('Not in the roster, and unchanged: bob\n')
  })

  test('stopped in the middle, it leaves no half of anything, and goes on from there', async () => {
    const [zoe, bob] = [new Repository(), new Repository()]
    for (const repository of [zoe, bob]) repository.push([work])
    const group = classOf({ zoe, bob })
    const stop = new AbortController()
    const roster = readRoster(readFileSync(group.roster, 'utf8'), { server: SERVER, allowFile: true })
    const stopped = fetchAll({
      ...{ roster, out: group.out, jobs: 1, token: undefined, server: SERVER, allowFile: true, env: process.env },
      ...{ now: () => new Date(), signal: stop.signal, onDone: () => stop.abort() },
    })
    await expect(stopped).rejects.toThrow()
    expect(readdirSync(group.out).sort()).toEqual(['fetch.json', 'zoe'])
    expect(record(group)).toMatchObject([
      { name: 'zoe', status: 'changed' },
      { name: 'bob', status: 'failed', commit: null, problem: 'the run was stopped before this one was done' },
    ])
    expect((await fetchClass(group)).stdout).toBe('1 changed, 1 unchanged, 0 empty, 0 failed\n')
  })

  test.skipIf(process.platform === 'win32' /* has no scripts without an extension */)(
    'without git, or with a git too old to restrict, nothing starts',
    async () => {
      const group = classOf({ zoe: 'uni/zoe' })
      const programs = newFolder()
      const env = { PATH: programs }
      await expect(fetchClass(group, { env })).rejects.toThrow(
        'git cannot be started: spawn git ENOENT. Install git 2.32',
      )
      writeFileSync(join(programs, 'git'), '#!/bin/sh\necho git version 2.9.5\n', { mode: 0o755 })
      await expect(fetchClass(group, { env })).rejects.toThrow(
        'fetching requires git 2.32 or newer, got git version 2.9.5.',
      )
      expect(readdirSync(group.out)).toEqual([])
    },
  )

  test('wrong use is a sentence', async () => {
    await expect(run(fetch, ['--out', 'x'])).rejects.toThrow("required option '--roster <file>' not specified")
    await expect(run(fetch, ['--roster', 'no-such.csv', '--out', 'x'])).rejects.toThrow(
      'There is no file "no-such.csv"',
    )
    const { roster, out } = classOf({ zoe: 'uni/zoe' })
    await expect(run(fetch, ['--roster', roster, '--out', out, '--jobs', '0'])).rejects.toThrow(
      "option '--jobs <n>' argument '0' is invalid. Expected a whole number from 1 to 32.",
    )
  })
})
