import { nightProject } from '../../vitest.shared.ts'

export default nightProject('backend-tfjs', { pool: 'forks' })
