import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noPty, Screen } from './pty.ts'
import { Student } from './student.ts'

const SCORE = 'return X.map(x => dot(x, w) + b)'
const DOWN = '\u001b[B'
const ENTER = '\r'

let student: Student
let screen: Screen | undefined
beforeEach(() => {
  student = new Student()
  screen = undefined
})
afterEach(async () => {
  screen?.kill()
  await screen?.exit
  student.remove()
})

async function start(args: string[], env: Record<string, string> = {}): Promise<Screen> {
  screen = await Screen.lab(student.root, args, { env })
  return screen
}

describe.skipIf(noPty)(`pnpm lab on a terminal, at length${noPty ? ` (${noPty})` : ''}`, () => {
  test('Enter twice goes to another lab once, and nothing of the first one stays', async () => {
    student.addLab('02-again')
    const shown = await start(['1', 'quiz'])
    await shown.shows('Not started yet.')
    shown.press('l')
    await shown.shows(/› · open +quiz/)
    shown.press(`${DOWN}${ENTER}${ENTER}`)
    await shown.shows('Lab 02')
    await shown.shows('Not started yet.')
    shown.press('q')
    expect(await shown.exit).toBe(0)
  })

  test('a run of all that one loop ends does not change the progress of the others', async () => {
    student.answer('score', SCORE)
    const shown = await start(['1', 'score', '--manual'])
    await shown.shows('Done: all 4')
    student.answer('predict', 'for (;;);')
    shown.press('r')
    const rows = await shown.shows('of 4 exercises pass their visible tests.')
    expect(rows).toMatch(/✗ predict +0 of 3 tests pass/)
    expect(rows).toMatch(/✓ score +4 of 4 tests pass|· score +not run/)
    expect(student.progress()).toMatchObject({ done: ['score'], lost: [] })
  })

  test('what a run of all finds of the exercise is there when one comes back to it', async () => {
    const shown = await start(['1', 'score', '--manual'])
    await shown.shows(/Getting ready …|Not started yet\./)
    shown.press('r')
    await shown.shows('0 of 4 exercises pass their visible tests.')
    shown.press(ENTER)
    expect(await shown.shows('Not started yet.')).not.toContain('Checking …')
    student.answer('score', SCORE)
    shown.press('r')
    await shown.shows('1 of 4 exercises pass their visible tests.')
    shown.press(ENTER)
    expect(await shown.shows('Done: all 4')).toContain('n continues with: From score')
  })

  test('pnpm lab try runs the student’s own calls after each save, and ends what still runs', async () => {
    student.answer('score', SCORE)
    const shown = await start(['try', '1'])
    await shown.shows(/\[ 0, 5 \]\s+It ended\./)
    const file = join(student.folder, 'try.ts')
    writeFileSync(file, "setInterval(() => console.log('still running'), 200)\n")
    await shown.shows('still running')
    writeFileSync(file, "import { score } from './src/neuron.ts'\nconsole.log(score([[1]], [1], 1))\n")
    expect(await shown.shows(/\[ 2 \]\s+It ended\./)).not.toContain('still running')
    student.replace(SCORE, 'return [b]')
    await shown.shows('[ 1 ]')
    shown.press('\u0003')
    // Without pnpm around it, the terminal ends it by a signal.
    await shown.exit
  })

  test('outlives its folder, and goes on when that is back', async () => {
    student.answer('score', SCORE)
    const shown = await start(['1', 'score'])
    await shown.shows('Done: all 4')
    const away = join(student.root, 'away')
    renameSync(student.folder, away)
    expect(await shown.shows('The folder labs/01-neuron is gone.')).not.toContain('Done')
    renameSync(away, student.folder)
    await shown.shows('Done: all 4')
    student.replace(SCORE, 'return []')
    await shown.shows('Not right yet')
    shown.press('q')
    expect(await shown.exit).toBe(0)
  })

  const canRecord = process.platform === 'linux'
  test.skipIf(!canRecord)('g opens the playground in the browser, and it ends with the watch', async () => {
    // xdg-open starts what BROWSER names; the name must not contain spaces.
    const folder = mkdtempSync(join(tmpdir(), 'browser-'))
    const [browser, opened] = [join(folder, 'browser'), join(folder, 'opened')]
    writeFileSync(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 })
    const shown = await start(['1'], { BROWSER: browser })
    await shown.shows('Not started yet.')
    shown.press('g')
    const address = /The playground is at (http:\S+)/
    const url = address.exec(await shown.shows(address))?.[1] ?? ''
    expect((await fetch(url)).status).toBe(200)
    // Several programs start until then.
    await expect.poll(() => readFileSync(opened, 'utf8').trim(), { timeout: 120_000 }).toBe(url)
    shown.press('q')
    expect(await shown.exit).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    rmSync(folder, { recursive: true })
  })
})
