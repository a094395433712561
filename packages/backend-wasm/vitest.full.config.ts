import { fullProject } from '../../vitest.shared.ts'

export default fullProject('backend-wasm')
