import { posix } from 'node:path'
import { build, type Message, type PartialMessage, type Plugin } from 'esbuild'
import type { LabManifest } from '@backprop/course'
import { allowedImports, sealedName } from '../sandbox/sealed.ts'
import { printable } from '../sandbox/verdict.ts'
import { Refused } from './refused.ts'

/** The module file that stands for an edited file: `src/perceptron.ts` → `perceptron.mjs`. */
export const moduleName = (file: string): string => `${posix.basename(file, '.ts')}.mjs`

/**
 * Bundles the submission in this process, from memory alone: no tsconfig, package.json or node_modules of the
 * submission is ever seen. Imports go to sibling files or to the sealed packages; any other is an error at its line.
 */
export async function bundle(files: ReadonlyMap<string, string>, lab: LabManifest): Promise<Map<string, string>> {
  try {
    const { outputFiles } = await build({
      entryPoints: lab.edit.map(file => ({ in: file, out: posix.basename(file, '.ts') })),
      outdir: '/',
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      target: 'es2023',
      tsconfigRaw: { compilerOptions: { target: 'es2023', useDefineForClassFields: true } },
      absWorkingDir: '/',
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
      sourcemap: 'inline',
      sourcesContent: false,
      plugins: [confine(files, allowedImports(lab))],
    })
    return new Map(outputFiles.map(({ path, text }) => [posix.basename(path.replaceAll('\\', '/')), text]))
  } catch (error) {
    const messages = (error as { errors?: Message[] }).errors
    if (!messages) throw error
    throw new Refused(messages.slice(0, 5).map(describe).join('\n'))
  }
}

function confine(files: ReadonlyMap<string, string>, allowed: LabManifest['mayImport']): Plugin {
  const error = (text: string): { errors: PartialMessage[] } => ({ errors: [{ text }] })
  return {
    name: 'confine',
    setup(builder) {
      builder.onResolve({ filter: /.*/ }, ({ path, importer, kind, namespace, with: attributes }) => {
        if (kind === 'entry-point') return { path, namespace: 'submission' }
        if (namespace === 'sealed') return { path: `../sealed/${sealedName(path)}`, external: true }
        if (Object.keys(attributes).length > 0) return error('import attributes are not allowed')
        if (Object.hasOwn(allowed, path)) return { path, namespace: 'sealed' }
        if (!path.startsWith('.')) return error(`this lab may not import "${shorten(path)}"${mayImport(allowed)}`)
        const target = posix.join(posix.dirname(importer), path)
        const file = [target, `${target}.ts`, target.replace(/\.js$/, '.ts')].find(candidate => files.has(candidate))
        return file ? { path: file, namespace: 'submission' } : error(`"${shorten(path)}" is not a file of this lab`)
      })
      builder.onLoad({ filter: /.*/, namespace: 'submission' }, ({ path }) => ({
        contents: files.get(path),
        loader: 'ts',
      }))
      builder.onLoad({ filter: /.*/, namespace: 'sealed' }, ({ path }) => {
        const names = allowed[path]
        return { contents: `export ${names === '*' ? '*' : `{ ${names.join(', ')} }`} from '${path}'`, loader: 'js' }
      })
    },
  }
}

function mayImport(allowed: LabManifest['mayImport']): string {
  const packages = Object.keys(allowed).filter(name => name !== '@backprop/testkit/todo')
  return packages.length === 0 ? ': it builds everything itself' : `; it may import ${packages.join(', ')}`
}

const NO_SUCH_NAME = /^No matching export in "sealed:([^"]+)" for import "([^"]+)"$/
const shorten = (text: string) => printable(text).slice(0, 80)

function describe({ text, location }: Message): string {
  const where = location ? `${location.file.replace(/^submission:/, '')}:${location.line}:${location.column + 1}: ` : ''
  const named = text.replace(NO_SUCH_NAME, 'this lab may not import "$2" from $1, or it is not there')
  return printable(`${where}${named}`).slice(0, 400)
}
