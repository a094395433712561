import { fullProject } from '../../vitest.shared.ts'

export default fullProject('bench')
