import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fetchAll } from '../src/github/fetch.ts'
import { LIMITS, type Limits } from '../src/github/snapshot.ts'
import { below, classOf, fetchClass, newFolder, record, SERVER } from './fetched-class.ts'
import { file, Repository } from './repositories.ts'

/** Repositories that try to run something, to write outside, or to fill the disk. */

describe('hostile repositories', () => {
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
    expect(stdout).toContain('✗ evil: git rejects its contents as malformed; git says "')
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
