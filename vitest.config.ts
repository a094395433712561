import { defineConfig } from 'vitest/config'
import { packageProject } from './vitest.shared.ts'

/** Both the quick and the long tests: choose with --project, as in `pnpm test:unit --project core`. */
export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest{,.full}.config.ts',
      'grader/vitest{,.full,.night}.config.ts',
      packageProject('repository', { include: ['test/*.test.ts'] }),
    ],
  },
})
