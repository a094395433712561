import { defineProject } from 'vitest/config'

export default defineProject({
  // Grading uses both cores by itself.
  test: { name: 'grader', include: ['test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 60_000, maxConcurrency: 2 },
})
