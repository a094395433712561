import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LabManifest } from './manifest.ts'

/** One lab of the course: its manifest, and the folder `labs/NN-name` with its texts, stubs and suites. */
export interface Lab {
  readonly manifest: LabManifest
  readonly dir: string
}

/** There is no lab of this name in the course. */
export class NoSuchLab extends Error {
  override readonly name = 'NoSuchLab'
}

/** A lab's own files are wrong: the course author's fault. */
export class BadLab extends Error {
  override readonly name = 'BadLab'
}

/** Ids of all labs under `root`, in order. */
export async function listLabs(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'labs'), { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory() && /^\d\d-/.test(entry.name))
    .map(entry => entry.name)
    .sort()
}

/** The labs that `name` means: `all`, a full id (`05-mnist-mlp`), or a number (`05`, `5`). */
export async function findLabs(root: string, name: string): Promise<Lab[]> {
  const ids = await listLabs(root)
  const isNumber = /^\d{1,2}$/.test(name)
  const found = ids.filter(id => name === 'all' || id === name || (isNumber && Number(id.slice(0, 2)) === Number(name)))
  if (found.length === 0) throw new NoSuchLab(`There is no lab "${name}". The labs are: ${ids.join(', ')}.`)
  return Promise.all(found.map(id => loadLab(root, id)))
}

async function loadLab(root: string, id: string): Promise<Lab> {
  const dir = join(root, 'labs', id)
  const file = `labs/${id}/lab.json`
  const text = await readFile(join(dir, 'lab.json'), 'utf8').catch(() => {
    throw new BadLab(`${file} is missing: every lab has one.`)
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new BadLab(`${file} is not JSON: ${(error as Error).message}`)
  }
  const parsed = LabManifest.safeParse(json)
  if (!parsed.success) throw new BadLab(`${file} is invalid:\n${z.prettifyError(parsed.error)}`)
  if (parsed.data.id !== id)
    throw new BadLab(`${file} says that its id is "${parsed.data.id}"; the folder says "${id}".`)
  return { manifest: parsed.data, dir }
}
