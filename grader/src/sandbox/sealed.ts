import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, posix } from 'node:path'
import type { LabManifest } from '@backprop/course'
import { type Allowed, allowedImports, type Importing, sealedName } from '@backprop/course/submission'
import { build, type Plugin } from 'esbuild'

/** Whether tensors and parameters may cross the wall; a module never gets what it may not import. */
export const usesTensors = (mayImport: Allowed): boolean =>
  ['@backprop/core', '@backprop/nn'].some(name => Object.hasOwn(mayImport, name))

/** The modules of a lab that may import packages, by name: `mlp` for src/mlp.ts. */
export function importingModules({ mayImport, importers, edit }: LabManifest): string[] {
  if (Object.keys(mayImport).length === 0) return []
  return (importers ?? edit).map(file => posix.basename(file, '.ts'))
}

/** Files by name. */
export type SealedFiles = ReadonlyMap<string, string | Uint8Array>

/**
 * Bundles what a child process finds next to the submission: the runner, and the grader's copy of each package that
 * the module may import. It is all one file, or a class would exist twice. No file exports more than the names that
 * may be imported, and anything they don't need is left out: a submission can import any file that it can see.
 */
export async function bundleSealed({ mayImport }: Pick<Importing, 'mayImport'>): Promise<SealedFiles> {
  const packages = await Promise.all(Object.entries(allowedImports({ mayImport }, '')).map(namesOf))
  const runner = join(import.meta.dirname, 'child/runner.ts')
  const contents = [`import ${JSON.stringify(runner)}`, ...packages.map(each => inOne(each))].join('\n')
  const bundled = await Promise.all([
    build({
      ...OPTIONS,
      stdin: { contents, resolveDir: import.meta.dirname },
      outfile: RUNNER,
      plugins: [onlyWhatIsUsed, classes(usesTensors(mayImport) ? 'classes.ts' : 'no-classes.ts')],
    }),
    build({ ...OPTIONS, entryPoints: [join(import.meta.dirname, 'child/guard.ts')], outfile: 'guard.mjs' }),
  ])
  return new Map<string, string | Uint8Array>([
    ...bundled.flatMap(({ outputFiles }) =>
      outputFiles.map(({ path, contents }) => [basename(path), contents] as const),
    ),
    ...packages.map(each => [sealedName(each.specifier), entryOf(each)] as const),
  ])
}

/** Writes the files for one child process: a copy for each, because a weak sandbox may not protect them. */
export async function writeSealed(files: SealedFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, contents] of files) await writeFile(join(folder, name), contents)
}

export const buildSealed = async (lab: Pick<Importing, 'mayImport'>, folder: string): Promise<void> =>
  writeSealed(await bundleSealed(lab), folder)

const RUNNER = 'runner.mjs'

const OPTIONS = {
  write: false,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  logLevel: 'silent',
} as const

interface Package {
  readonly specifier: string
  readonly names: readonly string[]
}

async function namesOf([specifier, names]: [string, '*' | readonly string[]]): Promise<Package> {
  if (names !== '*') return { specifier, names }
  return { specifier, names: Object.keys((await import(specifier)) as object) }
}

/** Two packages may export different things under one name. */
const uniqueName = ({ specifier }: Package, name: string) => `${specifier.replace(/\W/g, '_')}$${name}`

const inOne = (each: Package) =>
  `export { ${each.names.map(name => `${name} as ${uniqueName(each, name)}`).join(', ')} } from '${each.specifier}'`

const entryOf = (each: Package) =>
  `export { ${each.names.map(name => `${uniqueName(each, name)} as ${name}`).join(', ')} } from './${RUNNER}'\n`

/** Our modules have no side effects, so unused ones are left out. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(builder) {
    builder.onResolve({ filter: /^(\.|@backprop\/)/ }, async ({ path, pluginData: isAsked, ...args }) => {
      if (isAsked === true) return undefined
      const found = await builder.resolve(path, { ...args, pluginData: true })
      return { ...found, pluginData: undefined, sideEffects: false }
    })
  },
}

const classes = (file: string): Plugin => ({
  name: 'classes',
  setup(builder) {
    const path = join(import.meta.dirname, 'child', file)
    builder.onResolve({ filter: /^\.\/classes\.ts$/ }, () => ({ path }))
  },
})
