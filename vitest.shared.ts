import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** `pnpm test` runs `*.test.ts`, `pnpm test:full` also `*.full.test.ts`, and `pnpm test:night` also `*.night.test.ts`. */
const QUICK = { include: ['test/**/*.test.ts'], exclude: ['**/node_modules/**', '**/*.{full,night}.test.ts'] }
const FULL = { include: ['test/**/*.full.test.ts'] }
const NIGHT = { include: ['test/**/*.night.test.ts'] }

/** A test that hangs should end some day; how fast a machine is, and what else it does, is no reason to fail. */
const LIMITS = { testTimeout: 300_000, hookTimeout: 300_000 }

type Options = NonNullable<UserWorkspaceConfig['test']>

/** The quick tests of one package. Its files share their modules unless it says otherwise: loading them takes longest. */
export const packageProject = (name: string, options: Options = {}): UserWorkspaceConfig =>
  defineProject({ test: { name, ...QUICK, ...LIMITS, isolate: false, ...options } })

/** The long tests of one package, in a `vitest.full.config.ts`. */
export const fullProject = (name: string, options: Options = {}): UserWorkspaceConfig =>
  defineProject({ test: { name: `${name}:full`, ...FULL, ...LIMITS, ...options } })

/** The tests of one package that take many minutes, in a `vitest.night.config.ts`. */
export const nightProject = (name: string, options: Options = {}): UserWorkspaceConfig =>
  defineProject({ test: { name: `${name}:night`, ...NIGHT, ...LIMITS, ...options } })
