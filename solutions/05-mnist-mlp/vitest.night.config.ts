import { nightProject } from '../../vitest.shared.ts'

export default nightProject('solution-05-mnist-mlp')
