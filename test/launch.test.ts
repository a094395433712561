import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'launch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Starts a program with the launcher of a repository in a folder with this name. */
function launch(name: string, env: NodeJS.ProcessEnv = {}) {
  const root = join(folder, name)
  mkdirSync(join(root, 'packages/launch'), { recursive: true })
  copyFileSync(join(ROOT, 'packages/launch/launch.mjs'), join(root, 'packages/launch/launch.mjs'))
  writeFileSync(join(root, 'hello.mjs'), 'console.log(`hello ${process.argv[2]}`)')
  const args = [join(root, 'packages/launch/launch.mjs'), 'hello.mjs', 'Ada']
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } })
}

describe('a repository in a folder named', () => {
  test.each(['plain', 'a b', 'a[b](c){d}', 'ü 日', 'a+b@c,d=e!f~', '.hidden'])('%s starts programs', name => {
    expect(launch(name)).toMatchObject({ status: 0, stdout: 'hello Ada\n' })
  })

  // Windows does not allow most of these names.
  const refused = [
    ['a#b', '"#"'],
    ['a%20b', '"%"'],
    ['node_modules', '"node_modules"'],
    ...(process.platform === 'win32' ? [] : ['a?b', 'a*b'].map(name => [name, `"${name[1]}"`])),
  ]
  test.each(refused)('%s says what is wrong with it before anything starts', (name, what) => {
    const { status, stdout, stderr } = launch(name)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/^This repository is ".*", and the tools do not work with .* in its path\. Move it to .*\n$/)
    expect(stderr).toContain(what)
  })

  test('says the same of a temporary folder', () => {
    const { status, stderr } = launch('plain', { TMPDIR: '/tmp/a#b', TEMP: 'C:\\a#b', TMP: 'C:\\a#b' })
    expect(status).toBe(2)
    expect(stderr).toMatch(/^The temporary folder is ".*a#b", .* Set the environment variable TMPDIR/)
  })
})

test('the second Node is not installed where it cannot run: on Alpine and other systems with musl', () => {
  const [packages] = readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8').split('\nsnapshots:\n')
  const onLinux = [...packages.matchAll(/^ {2}(node-linux-\S+@\S+):\n((?: {4}.*\n)+)/gm)]
  expect(onLinux.length).toBeGreaterThan(0)
  // The packages do not say so themselves: add these lines when you change the version.
  for (const [, name, about] of onLinux) expect(about, name).toContain('    libc: [glibc]\n')
})
