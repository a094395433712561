import { backendContract } from '../contract/index.ts'
import { plain } from '../src/index.ts'

backendContract({ name: 'plain', make: () => Promise.resolve(plain()) })
