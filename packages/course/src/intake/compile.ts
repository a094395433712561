import { posix } from 'node:path'
import { build, transform, type BuildOptions, type Message, type PartialMessage, type Plugin } from 'esbuild'
import { sealedName } from './imports.ts'
import { SOURCE_MAP, withoutMapComments } from './source-map.ts'
import { safeBlock, safeLine } from '@backprop/safe-text'

/** What is compiled, as plain data: it travels to the process that does it. */
export interface Sources {
  /** Every file that may be imported, by its name in the lab: `src/mlp.ts`. */
  readonly files: Readonly<Record<string, string>>
  /** Those of them that become modules; they come from the submission, the others from the course. */
  readonly edit: readonly string[]
  /** Packages, and the names of each that may be imported. */
  readonly mayImport: Readonly<Record<string, '*' | readonly string[]>>
}

/** Module name → code, or what is wrong with the submission, in words for the student. */
export type Compiled = { readonly modules: Readonly<Record<string, string>> } | { readonly problem: string }

const LANGUAGE = {
  format: 'esm',
  platform: 'neutral',
  target: 'es2023',
  tsconfigRaw: { compilerOptions: { target: 'es2023', useDefineForClassFields: true } },
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions

/**
 * Bundles from memory alone: no tsconfig, package.json or node_modules of the submission is ever seen. Imports go to
 * files of the lab or to the sealed packages; any other is an error at its line.
 */
export async function compile(sources: Sources): Promise<Compiled> {
  try {
    for (const file of sources.edit) await refuseComputedImports(file, sources.files[file])
    const { outputFiles, metafile } = await build({
      ...LANGUAGE,
      ...SOURCE_MAP,
      entryPoints: sources.edit.map(file => ({ in: file, out: posix.basename(file, '.ts') })),
      outdir: '/',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      define: { require: 'undefined' },
      absWorkingDir: '/',
      plugins: [confine(sources)],
    })
    const stray = Object.keys(metafile.inputs).find(input => !/^(submission|sealed):/.test(input))
    if (stray) return { problem: `"${shorten(stray)}" is not a file of this lab` }
    const name = (path: string) => posix.basename(path.replaceAll('\\', '/'))
    return { modules: Object.fromEntries(outputFiles.map(({ path, text }) => [name(path), text])) }
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors
    if (!messages) throw error
    return { problem: messages.slice(0, 5).map(describe).join('\n') }
  }
}

/**
 * In a bundle esbuild turns import(`../${name}.ts`) into a search of the real disk, past every plugin. Compiling one
 * file alone never does that, and names each import() or require() whose argument is not a plain string.
 */
async function refuseComputedImports(file: string, text: string): Promise<void> {
  const logOverride = { 'unsupported-dynamic-import': 'error', 'unsupported-require-call': 'error' } as const
  await transform(text, { ...LANGUAGE, loader: 'ts', sourcefile: file, logOverride })
}

function confine({ files, mayImport }: Sources): Plugin {
  const error = (text: string): { errors: PartialMessage[] } => ({ errors: [{ text }] })
  return {
    name: 'confine',
    setup(builder) {
      builder.onResolve({ filter: /.*/ }, ({ path, importer, kind, namespace, with: attributes }) => {
        if (kind === 'entry-point') return { path, namespace: 'submission' }
        if (namespace === 'sealed') return { path: `../sealed/${sealedName(path)}`, external: true }
        if (Object.keys(attributes).length > 0) return error('import attributes are not allowed')
        if (Object.hasOwn(mayImport, path)) return { path, namespace: 'sealed' }
        if (!path.startsWith('.')) return error(`this lab may not import "${shorten(path)}"${allowed(mayImport)}`)
        const target = posix.join(posix.dirname(importer), path)
        const candidates = [target, `${target}.ts`, target.replace(/\.js$/, '.ts')]
        const file = candidates.find(candidate => Object.hasOwn(files, candidate))
        return file ? { path: file, namespace: 'submission' } : error(`"${shorten(path)}" is not a file of this lab`)
      })
      builder.onLoad({ filter: /.*/, namespace: 'submission' }, ({ path }) => ({
        contents: withoutMapComments(files[path]),
        loader: 'ts',
      }))
      builder.onLoad({ filter: /.*/, namespace: 'sealed' }, ({ path }) => {
        const names = mayImport[path]
        const list = typeof names === 'string' ? '*' : `{ ${names.join(', ')} }`
        return { contents: `export ${list} from '${path}'`, loader: 'js' }
      })
    },
  }
}

function allowed(mayImport: Sources['mayImport']): string {
  const packages = Object.keys(mayImport).filter(name => name !== '@backprop/testkit/todo')
  return packages.length === 0 ? ': it builds everything itself' : `; it may import ${packages.join(', ')}`
}

const NO_SUCH_NAME = /^No matching export in "sealed:([^"]+)" for import "([^"]+)"$/
const IN_OUR_WORDS: Readonly<Record<string, string>> = {
  'unsupported-dynamic-import': 'import() takes the name of a file in quotes here, and nothing that is computed',
  'unsupported-require-call': 'require() is not there: write "import … from …" at the top',
}
const shorten = (text: string) => safeLine(text, 80)

function describe({ id, text, location }: Message): string {
  const where = location ? `${location.file.replace(/^submission:/, '')}:${location.line}:${location.column + 1}: ` : ''
  const named =
    IN_OUR_WORDS[id] ?? text.replace(NO_SUCH_NAME, 'this lab may not import "$2" from $1, or it is not there')
  return safeBlock(`${where}${named}`, 400)
}
