import { fullProject } from '../../vitest.shared.ts'

export default fullProject('playground', { maxWorkers: 1 })
