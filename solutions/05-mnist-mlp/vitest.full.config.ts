import { fullProject } from '../../vitest.shared.ts'

export default fullProject('solution-05-mnist-mlp')
