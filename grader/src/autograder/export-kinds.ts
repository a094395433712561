import { join } from 'node:path'
import type { Lab } from '@backprop/course'
import { NO_GRADE } from '@backprop/report'
import { COURSE_ROOT } from '../course.ts'
import { parsePackage } from '../release/package-json.ts'
import { fillIn } from '../release/readme.ts'
import { type Files, json, readTree, text } from '../release/release-files.ts'
import { graderTree } from './grader-tree.ts'
import { questionInfo, START_SECONDS } from './question-info.ts'
import { zipped } from './zipped.ts'

/** What an export is made from. */
export interface ExportOptions {
  /** For all kinds but `folder`, exactly one. */
  readonly labs: readonly Lab[]
  /** The secret that the exported grader draws from, in hexadecimal digits. */
  readonly seedKey: string
  /** PrairieLearn: the name of the image in a registry. */
  readonly image?: string
  readonly root?: string
}

interface ExportKind {
  /** Whether it grades one lab, and so needs the name of one. */
  readonly isOneLab: boolean
  readonly files: (options: ExportOptions) => Promise<Files>
}

/** Graders for other machines than this one, by the name of what runs them. */
export const EXPORT_KINDS = {
  folder: { isOneLab: false, files: ({ labs, root }) => graderTree(labs, root) },
  gradescope: { isOneLab: true, files: gradescopeFiles },
  prairielearn: { isOneLab: true, files: prairielearnFiles },
} as const satisfies Readonly<Record<string, ExportKind>>
export type ExportKindName = keyof typeof EXPORT_KINDS

/** `autograder.zip` for Gradescope, and what to do with it. */
async function gradescopeFiles(options: ExportOptions): Promise<Files> {
  const { 'README.md': readme, ...scripts } = Object.fromEntries(await templates('gradescope', options))
  const archive: Files = new Map(Object.entries(scripts))
  archive.set('seed-key', text(`${options.seedKey}\n`))
  for (const [path, bytes] of await graderTree(options.labs, options.root)) archive.set(`course/${path}`, bytes)
  return new Map([
    ['README.md', readme],
    ['autograder.zip', await zipped(archive, Object.keys(scripts))],
  ])
}

/** The folder of a PrairieLearn question. */
async function prairielearnFiles(options: ExportOptions): Promise<Files> {
  const files = await templates('prairielearn', options)
  files.set('tests/seed-key', text(`${options.seedKey}\n`))
  return files.set('info.json', json(questionInfo(options.labs[0], options.image ?? '')))
}

async function templates(kind: ExportKindName, { labs: [lab], image, root }: ExportOptions): Promise<Files> {
  const values = await valuesOf(lab, image, root)
  const files = await readTree(join(import.meta.dirname, kind))
  return new Map([...files].map(([path, bytes]) => [path, text(fillIn(bytes.toString(), values))]))
}

async function valuesOf({ manifest }: Lab, image = '', root = COURSE_ROOT): Promise<Record<string, string>> {
  const { id, title, points, edit, limits } = manifest
  const top = parsePackage(
    (await readTree(root, path => path !== 'package.json')).get('package.json') ?? Buffer.from('{}'),
  )
  const names = edit.map(file => file.replace(/^src\//, ''))
  return {
    id,
    image,
    title: escaped(title),
    maxPoints: String(points),
    memory: `${Math.ceil(limits.memoryMB / 1024) + 1} GB`,
    minutes: String(Math.ceil((START_SECONDS + limits.wallSeconds) / 60)),
    files: names.map(name => `\`${name}\``).join(', '),
    filesHtml: names.map(name => `<code>${name}</code>`).join(', '),
    names: names.join(','),
    noGrade: NO_GRADE,
    pnpmVersion: String(top.packageManager),
  }
}

const escaped = (title: string): string => title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
