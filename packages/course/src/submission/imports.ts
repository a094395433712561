import type { LabManifest } from '../manifest.ts'

/** Entry of `@backprop/testkit` that every stub imports. */
export const ALWAYS = '@backprop/testkit/todo'

/** Packages, and the names of each that may be imported. */
export type Allowed = LabManifest['mayImport']

/** What a file of a lab, and all that it imports, may import; the stub's own helper included. */
export function allowedImports({ mayImport, importers }: Importing, file: string): Allowed {
  return { ...(!importers || importers.includes(file) ? mayImport : {}), [ALWAYS]: '*' }
}

/** The part of a manifest that speaks of imports. */
export type Importing = Pick<LabManifest, 'mayImport' | 'importers'>

/** The file in the sealed folder that stands for a package: `@backprop/nn` → `backprop-nn.mjs`. */
export const sealedName = (specifier: string): string => `${specifier.replace(/^@/, '').replaceAll('/', '-')}.mjs`
