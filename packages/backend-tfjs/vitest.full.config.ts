import { fullProject } from '../../vitest.shared.ts'
import { softwareVulkan } from './test/software-vulkan.ts'

// The search path of dynamic libraries is read when a process starts, so this sets the environment of a fork.
export default fullProject('backend-tfjs', { pool: 'forks', env: softwareVulkan() })
