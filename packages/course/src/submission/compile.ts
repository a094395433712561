import { posix } from 'node:path'
import { safeBlock, safeLine } from '@backprop/safe-text'
import { build, type BuildOptions, type PartialMessage, type Plugin, transform } from 'esbuild'
import { forbiddenSyntax, IMPORT_TAKES_A_NAME, NESTED_TOO_DEEPLY } from './forbidden-syntax.ts'
import { type Allowed, allowedImports, ALWAYS, type Importing, sealedName } from './imports.ts'

/** What to compile, as plain data that can be sent to another process. */
export interface Sources extends Importing {
  /** Every file that may be imported, by its name in the lab: `src/mlp.ts`. */
  readonly files: Readonly<Record<string, string>>
  /** The files that become modules: they come from the submission, the others from the course. */
  readonly edit: readonly string[]
  /** Files of the submission that were refused, with the reason. */
  readonly refused?: Readonly<Record<string, string>>
}

export interface Compiled {
  /** Module name → code, which includes everything that it imports except packages. */
  readonly modules: Readonly<Record<string, string>>
  /** File → what is wrong with it or with a file that it imports, for the student. */
  readonly problems: Readonly<Record<string, string>>
}

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
 * Modules carry the way back to the lines of the student's files, made from memory. The bundler would open whatever file
 * a comment of the submission calls its source map, so no text that it gets has the word for it.
 */
const SOURCE_MAP = { sourcemap: 'inline', sourcesContent: false } as const satisfies BuildOptions

/** As long as before, so that every character stays where it was. */
const withoutMapComments = (text: string): string => text.replaceAll('sourceMappingURL', 'sourceMappingUrl')

/**
 * Bundles from memory alone: no tsconfig, package.json or node_modules of the submission is ever seen. Imports go to
 * files of the lab or to the sealed packages; any other is an error at its line. Each file is compiled by itself.
 */
export async function compile(sources: Sources): Promise<Compiled> {
  const flaws = new Map<string, PartialMessage[]>()
  for (const file of sources.edit) flaws.set(file, await flawsOf(file, sources.files[file]))
  const [modules, problems]: Record<string, string>[] = [{}, {}]
  for (const file of sources.edit) {
    try {
      modules[`${posix.basename(file, '.ts')}.mjs`] = await compileOne(file, sources, flaws)
    } catch (error) {
      problems[file] = describeAll(error)
    }
  }
  return { modules, problems }
}

type Flaws = ReadonlyMap<string, PartialMessage[]>

async function compileOne(file: string, sources: Sources, flaws: Flaws): Promise<string> {
  const { outputFiles, metafile } = await build({
    ...LANGUAGE,
    ...SOURCE_MAP,
    entryPoints: [file],
    outdir: '/',
    bundle: true,
    write: false,
    metafile: true,
    define: { require: 'undefined', 'import.meta.resolve': 'undefined' },
    absWorkingDir: '/',
    plugins: [confine(file, sources, flaws)],
  })
  const stray = Object.keys(metafile.inputs).find(input => !/^(submission|sealed):/.test(input))
  if (stray) throw new Flawed([{ text: `"${shorten(stray)}" is not a file of this lab` }])
  return outputFiles[0].text
}

class Flawed extends Error {
  readonly errors: readonly PartialMessage[]

  constructor(errors: readonly PartialMessage[]) {
    super('the file has flaws')
    this.errors = errors
  }
}

/**
 * What is wrong with one file alone. In a bundle esbuild turns import(`../${name}.ts`) into a search of the real disk, past
 * every plugin, so it comes to a bundle only when every import() in it names a file.
 */
async function flawsOf(file: string, text: string): Promise<PartialMessage[]> {
  const logOverride = { 'unsupported-dynamic-import': 'error', 'unsupported-require-call': 'error' } as const
  try {
    const { code } = await transform(text, { ...LANGUAGE, loader: 'ts', sourcefile: file, logOverride })
    return forbiddenSyntax(code).map(flaw => ({ text: flaw.text, location: { file, ...flaw.findIn(text) } }))
  } catch (error) {
    return messagesOf(error)
  }
}

function confine(entry: string, { files, refused = {}, ...lab }: Sources, flaws: Flaws): Plugin {
  const mayImport = allowedImports(lab, entry)
  const error = (text: string): { errors: PartialMessage[] } => ({ errors: [{ text }] })
  return {
    name: 'confine',
    setup(builder) {
      builder.onResolve({ filter: /.*/ }, ({ path, importer, kind, namespace, with: attributes }) => {
        if (kind === 'entry-point') return { path, namespace: 'submission' }
        if (namespace === 'sealed') return { path: `../sealed/${sealedName(path)}`, external: true }
        if (Object.keys(attributes).length > 0) return error('import attributes are not allowed')
        if (Object.hasOwn(mayImport, path)) return { path, namespace: 'sealed' }
        if (Object.hasOwn(lab.mayImport, path)) return error(notByThis(entry, importer, path))
        if (!path.startsWith('.')) return error(`this lab may not import "${shorten(path)}"${allowed(mayImport)}`)
        const target = posix.join(posix.dirname(importer), path)
        const candidates = [target, `${target}.ts`, target.replace(/\.js$/, '.ts')]
        const isIn = (all: object) => candidates.find(candidate => Object.hasOwn(all, candidate))
        const bad = isIn(refused)
        if (bad) return error(`${bad} cannot be taken: ${refused[bad]}`)
        const file = isIn(files)
        return file ? { path: file, namespace: 'submission' } : error(`"${shorten(path)}" is not a file of this lab`)
      })
      builder.onLoad({ filter: /.*/, namespace: 'submission' }, ({ path }) => ({
        contents: withoutMapComments(files[path]),
        loader: 'ts',
        errors: flaws.get(path),
      }))
      builder.onLoad({ filter: /.*/, namespace: 'sealed' }, ({ path }) => {
        const names = mayImport[path]
        const list = typeof names === 'string' ? '*' : `{ ${names.join(', ')} }`
        return { contents: `export ${list} from '${path}'`, loader: 'js' }
      })
    },
  }
}

/** Why a file may not import a package that another file of the lab may. */
function notByThis(entry: string, importer: string, path: string): string {
  if (importer === entry) return `this file may not import "${path}": it builds everything itself`
  return `${entry}, which imports this file, may not use "${path}": it builds everything itself`
}

function allowed(mayImport: Allowed): string {
  const packages = Object.keys(mayImport).filter(name => name !== ALWAYS)
  return packages.length === 0 ? ': it builds everything itself' : `; it may import ${packages.join(', ')}`
}

const NO_SUCH_NAME = /^No matching export in "sealed:([^"]+)" for import "([^"]+)"$/
const IN_OUR_WORDS: Readonly<Record<string, string>> = {
  'unsupported-dynamic-import': IMPORT_TAKES_A_NAME,
  'unsupported-require-call': 'require() is not there: write "import … from …" at the top',
}
const shorten = (text: string) => safeLine(text, 80)

/** The messages of a failed build; other errors are rethrown. */
function messagesOf(error: unknown): PartialMessage[] {
  const { errors } = error as { errors?: PartialMessage[] }
  if (!errors) throw error
  return errors
}

const describeAll = (error: unknown): string => [...new Set(messagesOf(error).slice(0, 5).map(describe))].join('\n')

function describe({ id = '', text = '', location }: PartialMessage): string {
  const file = location?.file?.replace(/^submission:/, '')
  const at = !location?.line ? '' : `${location.line}:${(location.column ?? 0) + 1}: `
  const where = file ? `${file}:${at || ' '}` : ''
  const named =
    IN_OUR_WORDS[id] ??
    text
      .replace(/^Not enough stack space.*/, NESTED_TOO_DEEPLY)
      .replace(NO_SUCH_NAME, 'this lab may not import "$2" from $1, or it is not there')
  return safeBlock(`${where}${named}`, 400)
}
