import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fetch } from '../src/cli/fetch-command.ts'
import { fetchAll } from '../src/github/fetch.ts'
import { Fetched, readFetched } from '../src/class/fetched.ts'
import { gitEnvironment } from '../src/github/git-environment.ts'
import { rosterText } from '../src/github/roster-text.ts'
import { readRoster } from '../src/github/roster.ts'
import { LIMITS, type Limits } from '../src/github/snapshot.ts'
import { FETCHING, lock, refuseLocked } from '../src/lock.ts'
import { GitServer, OPENSSL, processArguments } from './git-server.ts'
import { file, Repository } from './repositories.ts'
import { run } from './running.ts'

const SERVER = 'https://github.com'
const work = file('labs/01-perceptron/src/perceptron.ts', 'export const score = 1\n')
const newFolder = () => mkdtempSync(join(tmpdir(), 'fetched ö '))

describe('a roster', () => {
  const read = (csv: string, allowFile = false) => readRoster(csv, { server: SERVER, allowFile })

  test('is CSV as spreadsheets write it: quotes, a byte-order mark, more columns, empty lines', () => {
    const csv =
      '\uFEFFName,"email",repository,branch\r\n"Müller, Zoë",z@x,uni/zoe,\r\n\r\nbob,b@x,https://github.com/uni/bob.git,final\r\n'
    expect(read(csv)).toEqual([
      { name: 'Müller, Zoë', repository: 'https://github.com/uni/zoe', branch: null },
      { name: 'bob', repository: 'https://github.com/uni/bob.git', branch: 'final' },
    ])
  })

  test.each([
    ['', 'The roster has no column "name"'],
    ['name\nzoe', 'The roster has no column "repository": its first line must be name,repository'],
    ['name,repository', 'The roster is empty'],
    ['name,repository\n"zoe,uni/zoe', 'The roster is not CSV: '],
    ['name,repository\n../zoe,u/z', 'line 2: name "../zoe" holds one of \\ / : * ? " < > |'],
    ['name,repository\n..,u/z', 'line 2: name ".." starts with a dot'],
    ['name,repository\n-rf,u/z', 'line 2: name "-rf" starts with a dot or a dash'],
    ['name,repository\nCON.txt,u/z', 'line 2: name "CON.txt" means a device on Windows'],
    ['name,repository\nzo\u202ee,u/z', 'holds a character that cannot be seen'],
    [`name,repository\n${'ä'.repeat(51)},u/z`, 'is longer than 100 bytes'],
    ['name,repository\n,u/z', 'line 2: name "" is empty'],
    ['name,repository\nzoe,u/z\nbob,u/b\nZOE,u/x', 'line 4: name "ZOE" is taken by line 2'],
    ['name,repository\nzoe,zoe', 'line 2: repository "zoe" is neither owner/repo nor an https: address'],
    ['name,repository\nzoe,http://github.com/u/z', 'is not fetched over http: give its https: address'],
    ['name,repository\nzoe,ssh://git@github.com/u/z', 'holds more than an address'],
    ['name,repository\nzoe,ext::sh -c x', 'is not fetched over ext'],
    ['name,repository\nzoe,file:///srv/z', 'is not fetched over file'],
    ['name,repository\nzoe,https://s3cret@github.com/u/z', 'a token belongs in the environment variable GITHUB_TOKEN'],
    ['name,repository,branch\nzoe,u/z,--upload-pack=x', 'branch "--upload-pack=x" cannot be the name of a branch'],
    ['name,repository,branch\nzoe,u/z,a..b', 'branch "a..b" cannot be'],
  ])('%j is refused', (csv, words) => {
    expect(() => read(csv)).toThrow(words)
    expect(() => read(csv)).not.toThrow('s3cret')
  })

  const TABLE =
    'name,repository\r\nZoë Müller,uni/zoe\r\nبهرام می\u200cدانم,uni/bahram\r\nක\u0dca\u200dරිෂ\u0dca,uni/krish\r\n'
  const READ = ['Zoë Müller', 'بهرام می\u200cدانم', 'ක\u0dca\u200dරිෂ\u0dca'].map(name => name.normalize('NFC'))
  const utf16 = (text: string, swap: boolean) => {
    const bytes = Buffer.from(text, 'utf16le')
    return swap ? bytes.swap16() : bytes
  }
  test.each([
    ['UTF-8', Buffer.from(TABLE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TABLE}`)],
    ['UTF-16 with a byte order mark, as "Unicode text"', utf16(`\ufeff${TABLE.replaceAll(',', '\t')}`, false)],
    ['UTF-16, big end first', utf16(`\ufeff${TABLE}`, true)],
    ['UTF-16 without a mark', utf16(TABLE, false)],
    ['semicolons', Buffer.from(TABLE.replaceAll(',', ';'))],
    ['semicolons, announced by Excel', Buffer.from(`sep=;\r\n${TABLE.replaceAll(',', ';')}`)],
    ['tabs', Buffer.from(TABLE.replaceAll(',', '\t'))],
    ['line ends of old Macs', Buffer.from(TABLE.replaceAll('\r\n', '\r'))],
    ['mixed line ends', Buffer.from(TABLE.replace('\r\n', '\n'))],
    ['columns without a name at the end', Buffer.from(TABLE.replaceAll('\r\n', ',,\r\n'))],
    ['spaces that do not break', Buffer.from(TABLE.replaceAll(',', '\u00a0,\u00a0').replace('\u00a0,\u00a0', ','))],
  ])('is read as people save it: %s', (_, bytes) => {
    expect(read(rosterText(bytes)).map(({ name }) => name)).toEqual(READ)
  })

  test('may have lines within quotes, and still tells the right line', () => {
    const notes = 'name,note,repository\nzoe,"one\ntwo\nthree",u/z\n\nbob,,nowhere\n'
    expect(() => read(notes)).toThrow('line 6: repository "nowhere" is neither')
    expect(() => read('name,repository\nada,u/a\n"Zoë\nMüller",u/z')).toThrow(
      'line 3: name "Zoë\\nMüller" goes over two',
    )
  })

  test.each([
    [
      'Windows-1252',
      Buffer.from('name,repository\r\nAda,u/a\r\nZo\xeb M\xfcller,u/z\r\n', 'latin1'),
      'line 3 may mean "Zoë Müller,u/z"',
    ],
    [
      'Windows-1252 after line ends of old Macs',
      Buffer.from('name;repository\rZo\xeb;u/z\r', 'latin1'),
      'line 2 may mean "Zoë;u/z"',
    ],
    ['half of a character', Buffer.from([...Buffer.from('name,repository\nZo'), 0xc3]), 'line 2 may mean "ZoÃ"'],
    [
      'UTF-32',
      Buffer.from([0xff, 0xfe, 0, 0, 0x6e, 0, 0, 0]),
      'The roster is saved as UTF-32: save it as "CSV UTF-8".',
    ],
  ])('is refused with its line where names would be spoilt: %s', (_, bytes, words) => {
    expect(() => rosterText(bytes)).toThrow(words)
    expect(() => rosterText(bytes)).toThrow('save it as "CSV UTF-8".')
  })

  test('names what is wrong with a name that looks right', () => {
    expect(() => read('name,repository\nZo\ufffd,u/z')).toThrow('was spoilt when it was saved in another encoding')
    expect(() => read('name,repository\nA\u200dda,u/z')).toThrow('holds a character that cannot be seen there, U+200D')
    expect(() => read('name,repository\nمی\u200cدانم,u/a\nمیدانم,u/b')).toThrow('is taken by line 2')
  })

  test('whatever its names are, their folders lie directly in the one that was asked for', () => {
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('.', '/', '\\', ':', 'a', ' ') }),
    )
    fc.assert(
      fc.property(names, name => {
        let entries: ReturnType<typeof read>
        try {
          entries = read(`name,repository\n"${name.replaceAll('"', '""')}",u/z`)
        } catch {
          return
        }
        const folder = join('/out', entries[0].name)
        expect([dirname(folder), basename(folder)]).toEqual(['/out', entries[0].name])
      }),
    )
  })
})

interface Class {
  readonly roster: string
  readonly out: string
}

function classOf(repositories: Readonly<Record<string, Repository | string>>, out = newFolder()): Class {
  const rows = Object.entries(repositories).map(([name, at]) => `"${name}","${typeof at === 'string' ? at : at.url}"`)
  const roster = join(newFolder(), 'roster.csv')
  writeFileSync(roster, ['name,repository', ...rows].join('\n'))
  return { roster, out }
}

const fetchClass = ({ roster, out }: Class, options?: Parameters<typeof run>[2]) =>
  run(fetch, ['--roster', roster, '--out', out, '--allow-file', '--jobs', '2'], options)

const record = ({ out }: Class) => Fetched.parse(JSON.parse(readFileSync(join(out, 'fetch.json'), 'utf8'))).submissions

/** Every path below a folder, but for git's own. */
const below = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map(path => path.replaceAll('\\', '/'))
    .filter(path => !/(^|\/)\.git(\/|$)/.test(path))

describe('pnpm grade fetch', { timeout: 30_000 }, () => {
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

  test('a commit date that lies is told apart from the time that it was seen', async () => {
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
    const unlock = await lock(group.out, FETCHING)
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
    expect(stdout).toContain('✗ zoe: it had been pushed to, and now nothing is there\n')
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

  test('where nothing was pushed, there is an empty folder, so that nobody is forgotten', async () => {
    const group = classOf({ zoe: new Repository() })
    const { code, stderr } = await fetchClass(group)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '1/1  zoe: nothing pushed yet\n' })
    expect(below(join(group.out, 'zoe'))).toEqual([])
    expect(record(group)[0]).toMatchObject({ status: 'empty', commit: null })
  })

  test('one that fails is listed, keeps its last files, and stops nobody', async () => {
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
    expect(stdout).toContain('✗ not there: it is not there, or the token may not see it; git says "fatal: ')
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
      'holds what "grade fetch" has not put there and would replace: zoe.',
    )
    expect(below(group.out)).toEqual(['zoe', 'zoe/thesis.txt'])
  })

  test('says whose folder is left although the roster no longer has them', async () => {
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
    'without git, or with one that cannot be told what not to do, nothing is begun',
    async () => {
      const group = classOf({ zoe: 'uni/zoe' })
      const programs = newFolder()
      const env = { PATH: programs }
      await expect(fetchClass(group, { env })).rejects.toThrow(
        'git cannot be started: spawn git ENOENT. Install git 2.32',
      )
      writeFileSync(join(programs, 'git'), '#!/bin/sh\necho git version 2.9.5\n', { mode: 0o755 })
      await expect(fetchClass(group, { env })).rejects.toThrow(
        'it takes git 2.32 or newer, and this is git version 2.9.5.',
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

describe('hostile repositories', { timeout: 30_000 }, () => {
  /** A home whose configuration would run a command for a hook and for a filter. */
  function armedHome(): { env: Record<string, string | undefined>; sprung: () => string[] } {
    const home = newFolder()
    const trap = join(home, 'traps')
    mkdirSync(trap)
    const touch = (name: string) => `touch '${join(trap, name)}'`
    const hooks = join(home, 'hooks')
    mkdirSync(hooks)
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc'])
      writeFileSync(join(hooks, hook), `#!/bin/sh\n${touch(hook)}\n`, { mode: 0o755 })
    const filter = `[filter "evil"]\n\tsmudge = "${touch('smudge')}; cat"\n\tclean = cat\n\trequired = true\n`
    const rest = `[core]\n\thooksPath = ${hooks.replaceAll('\\', '/')}\n\tfsmonitor = "${touch('fsmonitor')}"\n`
    writeFileSync(join(home, '.gitconfig'), filter + rest)
    const env = {
      ...process.env,
      HOME: home,
      USERPROFILE: home,
      GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
      GIT_TRACE2: '1',
    }
    return { env, sprung: () => readdirSync(trap) }
  }

  test('links, submodules, attributes, installed packages and large files act on nothing', async () => {
    const evil = new Repository()
    const attributes = '* text eol=crlf ident filter=evil working-tree-encoding=UTF-16LE-BOM\n[attr]all filter=evil\n'
    const text = 'export const id = "$Id$"\n'
    const commit = evil.push([
      file('.gitattributes', attributes),
      file('labs/.gitattributes', attributes),
      file('labs/a.ts', text),
      { path: 'run.sh', mode: '100755', content: '#!/bin/sh\n' },
      { path: 'passwd', mode: '120000', content: '/etc/passwd' },
      { path: 'labs/src', mode: '120000', content: '../../..' },
      { path: 'sub', mode: '160000', content: '1'.repeat(40) },
      file('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = https://example.org/x.git\n'),
      file('labs/node_modules/x/index.js', ''),
      file('data.bin', Buffer.alloc(LIMITS.fileBytes + 1, 7)),
      file('largest.bin', Buffer.alloc(LIMITS.fileBytes, 7)),
    ])
    writeFileSync(join(evil.folder, 'hooks', 'post-checkout'), '#!/bin/sh\nfalse\n', { mode: 0o755 })
    const { env, sprung } = armedHome()
    const group = classOf({ evil })
    const { code, stderr } = await fetchClass(group, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: `1/1  evil: new → ${commit.slice(0, 10)}, 5 left out\n` })
    expect(sprung()).toEqual([])
    const folder = join(group.out, 'evil')
    const files = ['.gitattributes', '.gitmodules', 'labs', 'labs/.gitattributes', 'labs/a.ts', 'largest.bin', 'run.sh']
    expect(below(folder)).toEqual(files)
    for (const path of files) expect(lstatSync(join(folder, path)).isSymbolicLink(), path).toBe(false)
    expect(readFileSync(join(folder, 'labs/a.ts'), 'utf8')).toBe(text)
    expect(readFileSync(join(folder, '.gitattributes'), 'utf8')).toBe(attributes)
    expect(record(group)[0].leftOut).toEqual({
      count: 5,
      first: [
        { path: 'labs/node_modules/x/index.js', why: 'installed package' },
        { path: 'labs/src', why: 'link' },
        { path: 'passwd', why: 'link' },
        { path: 'sub', why: 'submodule' },
        { path: 'data.bin', why: 'too large' },
      ],
    })
  })

  test.each(['..', '.git', '.GIT', 'git~1'])('a tree with an entry named %s writes nothing outside', async name => {
    const evil = new Repository()
    const blob = evil.blob('owned')
    const inner = evil.tree([['100644', 'blob', blob, 'config']])
    const object = Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(inner, 'hex')])
    // mktree would refuse such a name.
    const tree = evil.git(['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], { input: object })
    evil.commit(tree)
    const group = classOf({ evil })
    const { code, stdout } = await fetchClass(group)
    expect(code).toBe(2)
    expect(stdout).toContain('✗ evil: git refuses what it holds as malformed; git says "')
    expect(readdirSync(group.out)).toEqual(['fetch.json'])
  })

  test('a few trees that stand for a hundred million files are refused', async () => {
    const bomb = new Repository()
    let [mode, type, id] = ['100644', 'blob', bomb.blob('boom')]
    for (let level = 0; level < 8; level++) {
      id = bomb.tree(Array.from({ length: 10 }, (_, i) => [mode, type, id, `d${i}`] as const))
      ;[mode, type] = ['040000', 'tree']
    }
    bomb.commit(id)
    const { code, stdout } = await fetchClass(classOf({ bomb }))
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: '0 changed, 0 unchanged, 0 empty, 1 failed\n✗ bomb: it holds too many files\n',
    })
  })

  const bounded = (url: string, limits: Partial<Limits>, out = newFolder()) =>
    fetchAll({
      roster: [{ name: 'zoe', repository: url, branch: null }],
      ...{ out, jobs: 1, token: undefined, server: SERVER, allowFile: true, env: process.env },
      ...{ limits: { ...LIMITS, ...limits }, now: () => new Date(), signal: new AbortController().signal },
    })

  test('a download that grows past its bound is cut off, where the server sends large files all the same', async () => {
    const large = new Repository()
    large.git(['config', 'uploadpack.allowFilter', 'false'])
    const noise = Buffer.alloc(24 << 20, Buffer.from(Array.from({ length: 65_521 }, (_, i) => (i * 7919) % 251)))
    large.git(['config', 'core.compression', '0'])
    large.git(['config', 'pack.compression', '0'])
    large.push([file('a.bin', noise)])
    const { submissions } = await bounded(large.url, { packBytes: 1 << 20 })
    expect(submissions[0]).toMatchObject({ status: 'failed', problem: 'it has more than 1 MiB' })
  })

  test('too many files, or too much in them, is refused before anything is written', async () => {
    const many = new Repository()
    many.push([file('a', '12345'), file('b', '12345')])
    const out = newFolder()
    const [files] = (await bounded(many.url, { files: 1 }, out)).submissions
    expect(files.problem).toBe('it holds more than 1 files')
    const [bytes] = (await bounded(many.url, { treeBytes: 9 }, out)).submissions
    expect(bytes.problem).toBe('its files have more than 0 MiB')
    expect(below(out)).toEqual(['fetch.json'])
  })

  test('a server that never answers costs no more than the time limit', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    const { submissions } = await bounded(`https://127.0.0.1:${port}/zoe.git`, { seconds: 0.5 })
    silent.close()
    expect(submissions[0].problem).toBe('it took longer than 0.5 s')
  })
})

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
    expect(stdout).toContain('✗ zoe: it is private and the token does not open it: give GITHUB_TOKEN a token')
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
