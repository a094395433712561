import { posix } from 'node:path'
import { givenFiles, type Lab } from '@backprop/course'
import { compile, Refused, sealedName, type Submission, takeIn, Unreadable } from '@backprop/course/submission'
import { build, type Plugin } from 'esbuild'
import { SHARED_PACKAGES } from '../slots/shared-packages.ts'
import { SLOTS } from '../slots/slots.ts'
import type { StudentFile } from '../worker/protocol.ts'

/**
 * Turns the files that a student edits in one lab into modules that need nothing else. They are taken and compiled as the
 * grader does it, so that an import that is not allowed, a syntax error or a renamed file is reported in the same sentence.
 */
export class LabBundler {
  /** What the compiler made of a file last time, and the module that followed from it. */
  readonly #known = new Map<string, { readonly compiled: string; readonly file: StudentFile }>()

  /** `folder` holds `src/`: the lab's own folder, or that of its solution. Unchanged files are returned as the same objects. */
  async bundle({ manifest, dir }: Lab, folder: string): Promise<StudentFile[]> {
    const lab = `labs/${manifest.id}`
    const taken = await take(folder, manifest)
    if (typeof taken === 'string') return manifest.edit.map(file => ({ lab, file, error: taken }))
    const { files, refused, missing } = taken
    const given = await givenFiles({ manifest, dir })
    const { modules, problems } = await compile({
      ...manifest,
      files: Object.fromEntries([...given, ...files]),
      edit: [...files.keys()],
      refused: Object.fromEntries(refused),
    })
    const bundled = async (file: string): Promise<StudentFile> => {
      const error = missing.get(file) ?? refused.get(file) ?? problems[file]
      if (error !== undefined) return { lab, file, error }
      return this.#whole(lab, file, modules[`${posix.basename(file, '.ts')}.mjs`])
    }
    return Promise.all(manifest.edit.map(bundled))
  }

  async #whole(lab: string, file: string, compiled: string): Promise<StudentFile> {
    const known = this.#known.get(`${lab}/${file}`)
    if (known?.compiled === compiled) return known.file
    const made = { lab, file, ...(await withPackages(lab, compiled, getsTensors(lab, file))) }
    this.#known.set(`${lab}/${file}`, { compiled, file: made })
    return made
  }
}

/** The files, or why none of them can be taken. */
async function take(folder: string, { id, edit }: Lab['manifest']): Promise<Submission | string> {
  try {
    return await takeIn(folder, id, edit)
  } catch (error) {
    if (error instanceof Refused || error instanceof Unreadable) return error.message
    throw error
  }
}

/** What labs may import, as far as this package depends on it too. */
const PACKAGES = ['@backprop/core', '@backprop/nn', '@backprop/testkit/todo']

/** Those that a worker shares with the files whose functions get its tensors. */
const SHARED = ['@backprop/core', '@backprop/nn']

/** Replaces the compiler's `../sealed/backprop-core.mjs` by the package: it has already checked which names are allowed. */
const unseal = (shares: boolean): Plugin => ({
  name: 'unseal',
  setup(builder) {
    builder.onResolve({ filter: /^\.\.\/sealed\// }, ({ path, kind }) => {
      const name = PACKAGES.find(each => sealedName(each) === posix.basename(path))
      if (name === undefined) return { errors: [{ text: `the playground does not have the package ${path}` }] }
      if (shares && SHARED.includes(name)) return { path: name, namespace: 'shared' }
      return builder.resolve(name, { resolveDir: import.meta.dirname, kind })
    })
    builder.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => ({
      contents: `module.exports = globalThis.${SHARED_PACKAGES}['${path}']`,
    }))
  },
})

/** Whether the file's functions get tensors: those of the tabs do, those of the plane get numbers. */
const getsTensors = (lab: string, file: string): boolean =>
  SLOTS.some(slot => slot.tab !== 'plane' && slot.lab === lab && slot.file === file)

async function withPackages(
  lab: string,
  code: string,
  shares: boolean,
): Promise<Pick<StudentFile, 'code' | 'map' | 'error'>> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: 'js' },
    bundle: true,
    write: false,
    outfile: 'module.js',
    format: 'esm',
    target: 'es2023',
    charset: 'utf8',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'silent',
    plugins: [unseal(shares)],
  })
  const textOf = (suffix: string) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? ''
  const map = JSON.parse(textOf('.js.map')) as { sources: string[] }
  const sources = map.sources.map(source => source.replace(/^submission:/, `${lab}/`))
  return { code: textOf('.js'), map: JSON.stringify({ ...map, sources }) }
}
