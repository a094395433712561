import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Refused } from '@backprop/course/submission'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../src/errors.ts'
import { takeIn } from '../src/intake/take-lab-in.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backprop-intake-'))
  mkdirSync(join(folder, 'src'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const put = (file: string, text: string | Buffer) => writeFileSync(join(folder, file), text)
const take = () => takeIn(folder, '01-lab', ['src/a.ts'])
const said = (error: unknown): string => {
  if (error instanceof Refused) return error.message
  throw error
}
/** What is said of the file, or of the whole folder. */
const refusal = () => take().then(({ refused }) => refused.get('src/a.ts') ?? 'taken', said)

/** Takes the file in as another user, in a separate process. */
function readAs(reader: readonly string[]): string {
  const intake = pathToFileURL(join(import.meta.dirname, '../src/intake/take-lab-in.ts')).href
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
    await expect(take()).rejects.toMatchObject({ kind: 'missing', message: 'src/a.ts is missing.' })
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

  test('a repository whose folder of labs is a symbolic link is refused because it leads out', async () => {
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

  test('a hard link is read, as in a backup made by cp -al', async () => {
    put('elsewhere.ts', 'mine')
    linkSync(join(folder, 'elsewhere.ts'), join(folder, 'src/a.ts'))
    expect((await take()).files.get('src/a.ts')).toBe('mine')
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

  const UTF_16 = Buffer.from('export const ŷ = "🙂"\r\n', 'utf16le')
  test.each([
    ['UTF-8', Buffer.from('export const ŷ = "🙂"\r\n')],
    ['UTF-8 with a mark', Buffer.from('\ufeffexport const ŷ = "🙂"\n')],
    ['UTF-16, the low byte first', Buffer.concat([Buffer.from([0xff, 0xfe]), UTF_16])],
    ['UTF-16, the high byte first', Buffer.concat([Buffer.from([0xff, 0xfe]), UTF_16]).swap16()],
  ])('%s is read', async (_, bytes) => {
    put('src/a.ts', bytes)
    expect((await take()).files.get('src/a.ts')).toBe('export const ŷ = "🙂"\n')
  })

  test.each([
    ['of another encoding', Buffer.from([0x65, 0xe9, 0x20])],
    ['of UTF-16 without a mark', Buffer.from('export const ŷ', 'utf16le')],
    ['half a character of UTF-16', Buffer.from([0xff, 0xfe, 0x00])],
    ['half a pair of UTF-16', Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
  ])('bytes %s are not text', async (_, bytes) => {
    put('src/a.ts', bytes)
    expect(await refusal()).toMatch(/^src\/a.ts (is not UTF-8 text: save it as UTF-8|contains a NUL character)\.$/)
  })

  test('brackets in a comment are no reason to refuse', async () => {
    put('src/a.ts', `// ${'('.repeat(401)}`)
    expect(await refusal()).toBe('taken')
  })

  test('each file is judged by itself', async () => {
    put('src/a.ts', Buffer.alloc(300 << 10, 'x'))
    put('src/b.ts', 'right')
    const { files, refused, missing, treeHash } = await takeIn(folder, '01-lab', ['src/a.ts', 'src/b.ts', 'src/c.ts'])
    expect([...files]).toEqual([['src/b.ts', 'right']])
    expect([...refused]).toEqual([['src/a.ts', 'src/a.ts has 307200 bytes; at most 262144 are taken.']])
    expect([...missing]).toEqual([['src/c.ts', 'src/c.ts is missing.']])
    rmSync(join(folder, 'src/a.ts'))
    const without = await takeIn(folder, '01-lab', ['src/a.ts', 'src/b.ts', 'src/c.ts'])
    expect(without.treeHash, 'a file that was refused is not one that is missing').not.toBe(treeHash)
  })

  test.each([
    'src/perceptron (1).ts',
    'src/perceptron.ts.txt',
    'src/perceptron-copy.ts',
    'src/Copy of perceptron.ts',
    'src/perceptron - Copy (2).ts',
    'src/perceptron_final.ts',
    'src/perceptron2.ts',
    'src/percepton.ts',
    'src/perceptron.js',
    'src/perceptron.ts~',
    'src/perceptron',
    'perceptron.ts',
    'src/src/perceptron.ts',
    'my homework/01-lab/src/perceptron.ts',
  ])('a file in the wrong place or under another name is named: %s', async name => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    put(name, '1')
    put('src/quiz.ts', '2')
    put('src/notes.ts', '3')
    const { missing } = await takeIn(folder, '01-lab', ['src/perceptron.ts', 'src/quiz.ts'])
    expect([...missing.values()]).toEqual([`src/perceptron.ts is missing; found ${name}.`])
  })

  test('no other file is named, and a name is made fit to be printed', async () => {
    for (const name of ['src/notes.ts', 'src/a.test.ts', 'src/precision.ts', 'src/perceptron.png', 'src/README.md'])
      put(name, '1')
    const missing = () => takeIn(folder, '01-lab', ['src/perceptron.ts']).then(() => 'taken', said)
    expect(await missing()).toBe('src/perceptron.ts is missing.')
    put('src/perceptron\u001b[31m.ts', '1')
    expect(await missing()).not.toMatch(/\p{Cc}/u)
  })

  const needsTwoNames = process.platform !== 'linux' // where names that differ in case are one name
  test.skipIf(needsTwoNames)('a file whose name differs in case is a file under another name', async () => {
    put('src/A.ts', '1')
    expect(await refusal()).toBe('src/a.ts is missing; found src/A.ts.')
  })

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

  test('a Git LFS pointer is not accepted as the file', async () => {
    put('src/a.ts', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')
    expect(await refusal()).toBe('src/a.ts is a pointer of Git LFS: put the file itself there.')
  })

  test.skipIf(process.platform === 'win32' /* has no such permissions */)(
    'what this user may not read is no fault of the student',
    () => {
      put('src/a.ts', '1')
      chmodSync(join(folder, 'src/a.ts'), 0)
      // Root may read everything.
      const reader = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
      chmodSync(folder, 0o755)
      expect(readAs(reader)).toBe(
        'GraderFault: src/a.ts of the submission cannot be read (EACCES): give yourself the permission to read the submission.',
      )
    },
  )

  test('a folder with thousands of files is refused', async () => {
    for (let i = 0; i < 2001; i++) put(`src/f${i}.ts`, '')
    expect(await refusal()).toBe('src holds more than 2000 files.')
  })
})
