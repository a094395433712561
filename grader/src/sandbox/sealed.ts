import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { LabManifest } from '@backprop/course'
import { allowedImports, sealedName } from '@backprop/course/intake'

/** Whether tensors and parameters may cross the wall; what a lab may not import it cannot be given. */
export const usesTensors = ({ mayImport }: Pick<LabManifest, 'mayImport'>): boolean =>
  ['@backprop/core', '@backprop/nn'].some(name => Object.hasOwn(mayImport, name))

/**
 * Builds what a child process finds beside the submission: the runner, and the grader's own copy of each package that
 * the lab may import, reduced to the names that it may import. What is not allowed is not there to be found.
 */
export async function buildSealed(lab: Pick<LabManifest, 'mayImport'>, folder: string): Promise<void> {
  const sources = new Map<string, string>()
  for (const [specifier, names] of Object.entries(allowedImports(lab))) {
    const list = names === '*' ? '*' : `{ ${names.join(', ')} }`
    sources.set(sealedName(specifier).replace(/\.mjs$/, ''), `export ${list} from '${specifier}'`)
  }
  await mkdir(folder, { recursive: true })
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, 'child/runner.ts'), out: 'runner' },
      { in: join(import.meta.dirname, 'child/guard.ts'), out: 'guard' },
      ...[...sources.keys()].map(name => ({ in: `sealed:${name}`, out: name })),
    ],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // one copy of each class, shared by the runner and the submission
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
    plugins: [
      {
        name: 'sealed',
        setup(builder) {
          builder.onResolve({ filter: /^sealed:/ }, ({ path }) => ({
            path: path.slice('sealed:'.length),
            namespace: 'sealed',
          }))
          builder.onLoad({ filter: /.*/, namespace: 'sealed' }, ({ path }) => ({
            contents: sources.get(path),
            resolveDir: import.meta.dirname,
          }))
          builder.onResolve({ filter: /^\.\/classes\.ts$/ }, () => ({
            path: join(import.meta.dirname, 'child', usesTensors(lab) ? 'classes.ts' : 'no-classes.ts'),
          }))
        },
      },
    ],
  })
}
