import type { LabManifest } from '@backprop/course'

/** A lab with one file, which may import a few things. */
export const LAB: LabManifest = {
  id: '01-lab',
  title: 'Lab',
  points: 100,
  edit: ['src/a.ts'],
  mayImport: { '@backprop/core': '*', '@backprop/nn': ['Adam'] },
  limits: { loadSeconds: 1, callSeconds: 1, cpuSeconds: 1, wallSeconds: 1, memoryMB: 64 },
  exercises: [],
}

/** A submission of these files. */
export const filesOf = (files: Record<string, string>) => ({ files: new Map(Object.entries(files)) })
