import { defineProject } from 'vitest/config'
import { softwareVulkan } from './test/software-vulkan.ts'

// The search path of dynamic libraries is read when a process starts, so this sets the environment of a fork.
export default defineProject({
  test: {
    name: 'backend-tfjs',
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    env: softwareVulkan(),
    testTimeout: 60_000,
  },
})
