import { packageProject } from '../../vitest.shared.ts'

export default packageProject('solution-05-mnist-mlp')
