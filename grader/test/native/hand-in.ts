import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Hands in lab 2 of the tiny course with this in place of the product, which is `core.mul(x, factor)`. */
export function handIn(submissions: string, student: string, product: string): string {
  const home = join(submissions, student)
  mkdirSync(join(home, 'src'), { recursive: true })
  const code = `import * as core from '@backprop/core'\nimport type { Tensor } from '@backprop/core'\n
export const scale = (x: Tensor, factor: number): Tensor => ${product}\n`
  writeFileSync(join(home, 'src/scale.ts'), code)
  writeFileSync(join(home, 'src/quiz.ts'), `export const quiz = () => ({ device: 'b' })\n`)
  return home
}
