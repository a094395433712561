import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { noPty, Screen } from './pty.ts'
import { sessionIn } from './session/readme.ts'
import { walk, written } from './session/walk.ts'
import { Student } from './student.ts'

/** Lab 01 may get another exercise, which changes lines, counts and points. */
const anyNumbers = (text: string): string =>
  text
    .replace(/README\.md:\d+/g, 'README.md:…')
    .replace(/[█░]+ (\d+) of \d+ done/g, '$1 done')
    .replace(/^(Exercise \d+) of \d+(.*), \d+ points$/gm, '$1$2')

const README = resolve(import.meta.dirname, '../../../README.md')

test.skipIf(noPty)(`the session in the README is what a student sees${noPty ? ` (${noPty})` : ''}`, async () => {
  const student = new Student('01-perceptron', 'src/perceptron.ts')
  const stub = student.read()
  const session = sessionIn(readFileSync(README, 'utf8'))
  const command = /^── \$ (.*?) ─/.exec(session)?.[1] ?? ''
  const screen = await Screen.lab(student.root, [], { rows: 30 })
  try {
    const frames = await walk(screen, { save: code => student.write(stub).answer('score', code) }, command)
    expect(anyNumbers(written(frames)), '"pnpm lab:record" writes it anew').toBe(anyNumbers(session))
  } finally {
    screen.kill()
    await screen.exit
    student.remove()
  }
})
