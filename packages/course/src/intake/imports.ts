import type { LabManifest } from '../manifest.ts'

/** Entry of `@backprop/testkit` that every stub imports. */
const ALWAYS = { '@backprop/testkit/todo': '*' } as const

/** What a lab's code may import, the stub's own helper included. */
export const allowedImports = (lab: Pick<LabManifest, 'mayImport'>): LabManifest['mayImport'] => ({
  ...lab.mayImport,
  ...ALWAYS,
})

/** The file in the sealed folder that stands for a package: `@backprop/nn` → `backprop-nn.mjs`. */
export const sealedName = (specifier: string): string => `${specifier.replace(/^@/, '').replaceAll('/', '-')}.mjs`
