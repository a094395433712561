import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../src/errors.ts'
import { takeIn } from '../src/intake/intake.ts'
import { Refused } from '@backprop/course/intake'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backprop-intake-'))
  mkdirSync(join(folder, 'src'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (file: string, text: string | Buffer) => writeFileSync(join(folder, file), text)
const take = () => takeIn(folder, '01-lab', ['src/a.ts'])
const refusal = () =>
  take().then(
    () => 'taken',
    (error: unknown) => (error instanceof Refused ? error.message : Promise.reject(error as Error)),
  )

/** Takes the file in as another user would, in a process of its own. */
function readAs(reader: readonly string[]): string {
  const intake = pathToFileURL(join(import.meta.dirname, '../src/intake/intake.ts')).href
  const script = `import(${JSON.stringify(intake)}).then(m => m.takeIn(${JSON.stringify(folder)}, '01-lab', ['src/a.ts'])).then(() => console.log('taken'), error => console.log(String(error)))`
  const [program, ...args] = [...reader, process.execPath, '--no-warnings', '-e', script]
  return execFileSync(program, args, { encoding: 'utf8' }).trim()
}

describe('intake', () => {
  test('takes the named files and nothing else', async () => {
    put('src/a.ts', 'export const a = 1\n')
    put('src/b.ts', 'export const b = 2\n')
    put('vitest.config.ts', 'throw 1')
    expect([...(await take()).files]).toEqual([['src/a.ts', 'export const a = 1\n']])
  })

  test('finds the lab in a whole repository', async () => {
    mkdirSync(join(folder, 'labs/01-lab/src'), { recursive: true })
    put('labs/01-lab/src/a.ts', 'in the repository')
    expect((await take()).files.get('src/a.ts')).toBe('in the repository')
  })

  test('the tree hash names the content, whatever the line ends', async () => {
    put('src/a.ts', 'one\ntwo\n')
    const { treeHash } = await take()
    put('src/a.ts', 'one\r\ntwo\r\n')
    expect((await take()).treeHash).toBe(treeHash)
    put('src/a.ts', 'one\ntwo!\n')
    expect((await take()).treeHash).not.toBe(treeHash)
  })

  test('a folder that is not there is a mistake at the keyboard', async () => {
    await expect(takeIn(join(folder, 'nowhere'), '01-lab', ['src/a.ts'])).rejects.toThrow(UsageError)
  })

  test('a file that is not there is missing', async () => {
    await expect(take()).rejects.toMatchObject({ kind: 'missing', message: 'src/a.ts is not in the submission.' })
  })

  test('a symbolic link is refused', async () => {
    put('elsewhere.ts', 'secret')
    symlinkSync(join(folder, 'elsewhere.ts'), join(folder, 'src/a.ts'))
    expect(await refusal()).toBe('src/a.ts is a symbolic link: put the file itself there.')
  })

  test('a folder that is a symbolic link is refused', async () => {
    rmSync(join(folder, 'src'), { recursive: true })
    mkdirSync(join(folder, 'real'))
    put('real/a.ts', 'secret')
    symlinkSync(join(folder, 'real'), join(folder, 'src'))
    expect(await refusal()).toBe('src is a symbolic link, not a folder.')
  })

  test('a repository whose folder of labs is a symbolic link is refused, for it leads out', async () => {
    mkdirSync(join(folder, 'elsewhere/01-lab/src'), { recursive: true })
    put('elsewhere/01-lab/src/a.ts', 'secret')
    put('src/a.ts', 'mine')
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'labs'))
    expect(await refusal()).toBe('labs is a symbolic link, not a folder.')
  })

  test('a repository whose lab is a symbolic link is refused', async () => {
    mkdirSync(join(folder, 'labs'))
    symlinkSync(join(folder, 'src'), join(folder, 'labs/01-lab'))
    put('src/a.ts', 'mine')
    expect(await refusal()).toBe('labs/01-lab is a symbolic link, not a folder.')
  })

  test('a link to nowhere is refused too', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'src/a.ts'))
    expect(await refusal()).toBe('src/a.ts is a symbolic link: put the file itself there.')
  })

  test('a hard link is refused', async () => {
    put('elsewhere.ts', 'secret')
    linkSync(join(folder, 'elsewhere.ts'), join(folder, 'src/a.ts'))
    expect(await refusal()).toBe('src/a.ts is a hard link: put a file of its own there.')
  })

  test.skipIf(process.platform === 'win32' /* has no named pipes in folders */)(
    'a named pipe is refused, not waited for',
    async () => {
      execFileSync('mkfifo', [join(folder, 'src/a.ts')])
      expect(await refusal()).toBe('src/a.ts is not a regular file.')
    },
  )

  test('a folder in the place of a file is refused', async () => {
    mkdirSync(join(folder, 'src/a.ts'))
    expect(await refusal()).toBe('src/a.ts is not a regular file.')
  })

  test('a file that is too large is refused', async () => {
    put('src/a.ts', Buffer.alloc(300 << 10, 'x'))
    expect(await refusal()).toBe('src/a.ts has 307200 bytes; at most 262144 are taken.')
  })

  test('bytes that are no text are refused', async () => {
    put('src/a.ts', Buffer.from([0xff, 0xfe, 0x00]))
    expect(await refusal()).toBe('src/a.ts is not UTF-8 text: save it as UTF-8.')
  })

  test('brackets nested without end are refused', async () => {
    put('src/a.ts', '['.repeat(500))
    expect(await refusal()).toBe('src/a.ts nests brackets more than 400 deep.')
  })

  const needsTwoNames = process.platform !== 'linux' // where names that differ in case are one name
  test.skipIf(needsTwoNames)('a second file that differs only in case is refused', async () => {
    put('src/a.ts', '1')
    put('src/A.ts', '2')
    expect(await refusal()).toBe('src holds two names that differ only in case, or look the same: a.ts.')
  })

  test.skipIf(needsTwoNames).each(['a\u200b.ts', 'ａ.ts', 'A.TS'])(
    'a second file that looks the same is refused: %j',
    async name => {
      put('src/a.ts', '1')
      put(`src/${name}`, '2')
      expect(await refusal()).toBe('src holds two names that differ only in case, or look the same: a.ts.')
    },
  )

  test.skipIf(needsTwoNames)('a second folder that differs only in case is refused', async () => {
    put('src/a.ts', '1')
    mkdirSync(join(folder, 'SRC'))
    expect(await refusal()).toBe('the submission holds two names that differ only in case, or look the same: src.')
  })

  test('a pointer of Git LFS is no file', async () => {
    put('src/a.ts', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')
    expect(await refusal()).toBe('src/a.ts is a pointer of Git LFS: put the file itself there.')
  })

  test.skipIf(process.platform === 'win32' /* has no such permissions */)(
    'a file that may not be read costs points, and is no fault of the grader',
    () => {
      put('src/a.ts', '1')
      chmodSync(join(folder, 'src/a.ts'), 0)
      // Root may read everything.
      const reader = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
      chmodSync(folder, 0o755)
      expect(readAs(reader)).toBe('Refused: a file or folder may not be read: give it back its permissions.')
    },
  )

  test('a folder with thousands of files is refused', async () => {
    for (let i = 0; i < 2001; i++) put(`src/f${i}.ts`, '')
    expect(await refusal()).toBe('src holds more than 2000 files.')
  })
})
