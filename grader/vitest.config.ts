import { defineProject } from 'vitest/config'

export default defineProject({
  // Grading uses both cores by itself.
  test: {
    name: 'grader',
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    maxConcurrency: 2,
    // The key from which grades draw: the user's own is not touched.
    env: { BACKPROP_SEED_KEY: '5eed'.repeat(16) },
  },
})
