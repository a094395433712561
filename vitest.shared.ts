import { defineProject, type UserWorkspaceConfig } from 'vitest/config'

/** The Vitest project of one package: its tests lie under `test/`. */
export function packageProject(name: string): UserWorkspaceConfig {
  return defineProject({ test: { name, include: ['test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 60_000 } })
}
