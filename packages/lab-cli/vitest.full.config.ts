import { fullProject } from '../../vitest.shared.ts'

export default fullProject('lab-cli', { maxWorkers: 2 })
