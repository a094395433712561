import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { solutionDir } from '../src/course.ts'
import { takeLabIn } from '../src/intake/take-lab-in.ts'
import { tarGzOf, zipOf } from './packed.ts'
import { neuron, scale } from './tiny-labs.ts'

/** Where the files of a lab are found in what students hand in. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backprop-places-'))
  scratch = mkdtempSync(join(tmpdir(), 'backprop-scratch-'))
})
afterEach(() => {
  for (const made of [folder, scratch]) rmSync(made, { recursive: true, force: true })
})

const texts = Object.fromEntries(
  neuron.manifest.edit.map(file => [file, readFileSync(join(solutionDir(neuron), file), 'utf8')]),
)
const [main] = neuron.manifest.edit
const put = (files: Readonly<Record<string, string | Buffer>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
/** The lab's files below a folder, with their own folder or without it. */
const below = (path: string, isLoose = false) =>
  Object.fromEntries(
    Object.entries(texts).map(([file, text]) => [path + (isLoose ? file.replace('src/', '') : file), text]),
  )
const entries = (path: string) => Object.entries(below(path)).map(([name, text]) => ({ name, text }))
let scratch: string
const take = () => takeLabIn(folder, neuron, () => mkdtempSync(join(scratch, 'unpacked-')))
const left = () => readdirSync(scratch)

describe('the files of a lab are found', () => {
  test.each<[string, Record<string, string | Buffer>, string | undefined]>([
    ['in their place', below(''), undefined],
    ['in a repository', below('labs/01-neuron/'), undefined],
    ['in the folder of the lab', below('01-neuron/'), '01-neuron'],
    ["in the folder of GitHub's ZIP", below('labs-ada-main/labs/01-neuron/'), 'labs-ada-main'],
    ['in two folders', below('hand in/01-neuron/'), 'hand in/01-neuron'],
    ['loose', below('', true), ''],
    ['loose in a folder', below('my work/', true), 'my work'],
    ['in a ZIP archive', { 'work.zip': zipOf(entries('')) }, 'work.zip'],
    ['in a TAR archive in a folder', { 'a/work.tgz': tarGzOf(entries('x/labs/01-neuron/')) }, 'a/work.tgz/x'],
    ['in an archive in an archive', { 'a.zip': zipOf([{ name: 'b.zip', text: zipOf(entries('')) }]) }, 'a.zip/b'],
  ])('%s', async (_, files, foundIn) => {
    put(below(''))
    const { treeHash } = await take()
    rmSync(join(folder, 'src'), { recursive: true })
    put(files)
    const taken = await take()
    expect(Object.fromEntries(taken.files)).toEqual(texts)
    expect(taken.foundIn).toBe(foundIn)
    expect(taken.treeHash, 'draws the same questions').toBe(treeHash)
    expect(left()).toEqual([])
  })

  test('but not among those of another lab', async () => {
    put({ 'labs/02-scale/src/scale.ts': '// mine\n', 'labs/02-scale/src/quiz.ts': texts['src/quiz.ts'] })
    put({ 'labs/02-scale/lab.json': JSON.stringify({ id: scale.manifest.id }) })
    await expect(take()).rejects.toMatchObject({ name: 'Refused', kind: 'missing' })
  })

  test('but not behind links', async () => {
    put(below('elsewhere/'))
    const other = mkdtempSync(join(tmpdir(), 'backprop-other-'))
    symlinkSync(join(folder, 'elsewhere'), join(other, 'wrapped'))
    await expect(takeLabIn(other, neuron)).rejects.toMatchObject({ kind: 'missing' })
    rmSync(other, { recursive: true })
  })
})

describe('nothing is guessed', () => {
  test('where two places have files of the lab', async () => {
    put({ ...below('final/'), ...below('old/'), 'work.zip': zipOf(entries('')) })
    await expect(take()).rejects.toThrow('3 places have files of 01-neuron: final, old, work.zip. Hand in one of them.')
  })

  test('files in their place count, whatever else is there', async () => {
    put({ ...below(''), ...below('old/'), 'work.zip': zipOf(entries('')) })
    expect((await take()).files.size).toBe(neuron.manifest.edit.length)
  })

  test('an archive that cannot be unpacked is named', async () => {
    put({ 'work.rar': 'Rar!' })
    await expect(take()).rejects.toThrow(
      'work.rar cannot be unpacked: it is a RAR archive: .zip and .tar.gz can be read.',
    )
  })

  test('what an archive holds under a bad name is named, and is not taken', async () => {
    put({
      'work.zip': zipOf([
        { name: `../${main}`, text: 'x' },
        { name: main, text: 'x', link: true },
      ]),
    })
    await expect(take()).rejects.toThrow(`../${main} in an archive has a path that leads out of the archive.`)
    expect(left()).toEqual([])
  })
})
