export { loadMnist } from './mnist.ts'
export type { Mnist } from './mnist.ts'
