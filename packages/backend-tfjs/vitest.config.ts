import { defineProject } from 'vitest/config'
import { softwareVulkan } from './test/software-vulkan.ts'

// A dynamic library is looked for along a path that is read when a process starts: hence the environment of a fork.
export default defineProject({
  test: {
    name: 'backend-tfjs',
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    env: softwareVulkan(),
    testTimeout: 60_000,
  },
})
