import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noPty, Screen } from './pty.ts'
import { Student } from './student.ts'

const SCORE = 'return X.map(x => dot(x, w) + b)'
const PREDICT = 'return scores.map(s => (s < 0 ? -1 : 1))'
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

/** Colours and the like, as ECMA-48 calls them: select graphic rendition. */
const COLOURS = /\u001b\[[\d;]*[1-9][\d;]*m/

describe.skipIf(noPty)(`pnpm lab on a terminal${noPty ? ` (${noPty})` : ''}`, { timeout: 120_000 }, () => {
  test('from a stub over a wrong answer to a right one, by saving alone', async () => {
    const shown = await start([])
    expect(await shown.shows('Not started yet.')).toMatch(
      new RegExp(`Write it here: +labs/01-perceptron/src/perceptron\\.ts:${student.lineOf('export function score')}\n`),
    )

    student.answer('score', 'return X.map(x => dot(x, w))')
    // Under load a save may be seen half done: what is shown then is soon put right.
    expect(await shown.shows('yours      4  -6  -1')).toContain(
      ['  expected   5  -5   0', '  yours      4  -6  -1', '             ^   ^   ^'].join('\n'),
    )
    expect(shown.text).toContain('are all weights used, and the bias once?')

    student.replace('return X.map(x => dot(x, w))', SCORE)
    expect(await shown.shows('Done: all 4 visible tests pass.')).toContain('1 of 8 done')
    expect(await shown.shows('n continues with: From score to')).toContain('hidden tests try other numbers')
    expect(shown.raw).toMatch(COLOURS)
    shown.press('q')
    expect(await shown.exit).toBe(0)
  })

  test('what was done is remembered, and shown when it is lost', async () => {
    student.answer('score', SCORE)
    const shown = await start(['1', 'score'])
    await shown.shows('Done: all 4')
    shown.press('n')
    await shown.shows('Exercise 2 of 8: From score to class (predict)')
    student.answer('predict', PREDICT).replace(SCORE, 'return []')
    await shown.shows('Done: all 3 visible tests pass.')
    await shown.shows('Was done, but fails now: score')
    student.replace('return []', SCORE)
    await shown.shows('2 of 8 done')
    shown.press('q')
    await shown.exit
    expect(student.progress()).toMatchObject({
      done: expect.arrayContaining(['score', 'predict']) as string[],
      lost: [],
    })
  })

  test('hints come one by one, and the list leads to another exercise', async () => {
    const shown = await start(['1', 'score'])
    await shown.shows('Not started yet.')
    shown.press('h')
    expect(await shown.shows('Hint 1 of 3')).not.toContain('Hint 2')
    shown.press('h')
    await shown.shows('Hint 2 of 3')
    shown.press(ENTER)
    await shown.shows('Not started yet.')
    shown.press('l')
    expect(await shown.shows('Enter go there')).toMatch(/› · open +score/)
    shown.press(DOWN)
    await shown.shows(/› · open +predict/)
    student.answer('score', SCORE)
    expect(await shown.shows(/✓ done +score/), 'the list stays while a check ends').toMatch(/› · open +predict/)
    student.replace(SCORE, 'return []')
    await shown.shows(/✗ fails now +score/)
    shown.press(ENTER)
    await shown.shows('Exercise 2 of 8')
    shown.press('r')
    expect(await shown.shows('0 of 8 exercises pass their visible tests.')).toContain(
      '· features             not started          Columns',
    )
  })

  test('two presses in one read are two presses', async () => {
    const shown = await start(['1', 'score'])
    await shown.shows('Not started yet.')
    shown.press('hh')
    await shown.shows('Hint 2 of 3')
    shown.press('hq')
    expect(await shown.exit).toBe(0)
    expect(student.progress()).toMatchObject({ hints: { score: 3 } })
  })

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
    const stays = new Promise(done => setTimeout(done, 15_000, 'the terminal hangs'))
    expect(await Promise.race([shown.exit, stays])).toBe(0)
  })

  test('the picture has the screen to itself until a key is pressed', async () => {
    const shown = await start(['1'])
    await shown.shows('Not started yet.')
    shown.press('p')
    expect(await shown.shows('Enter: back to the exercise')).toContain('No picture "clouds" yet')
    shown.press(ENTER)
    await shown.shows('Not started yet.')
    shown.press('r')
    await shown.shows('0 of 8 exercises pass')
    shown.press('q')
    expect(await shown.exit).toBe(0)
  })

  test('Ctrl-C in a picture ends the picture alone, as often as one likes, and outside of one the watch', async () => {
    writeFileSync(join(student.folder, 'main.ts'), "console.log('training …')\nsetInterval(() => {}, 1000)\n")
    const shown = await start(['1'])
    await shown.shows('Not started yet.')
    for (const _ of ['once', 'twice']) {
      shown.press('p')
      await shown.shows('training …')
      shown.press('\u0003')
      await shown.shows('Stopped. Enter: back to the exercise')
      shown.press(ENTER)
      await shown.shows('Not started yet.')
    }
    shown.press('\u0003')
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
    const url = address.exec(await shown.shows(address, 120))?.[1] ?? ''
    expect((await fetch(url)).status).toBe(200)
    await expect.poll(() => readFileSync(opened, 'utf8').trim()).toBe(url)
    shown.press('q')
    expect(await shown.exit).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    rmSync(folder, { recursive: true })
  })

  test('an endless loop is named and stopped, and the next save is checked as usual', async () => {
    const shown = await start(['1', 'score'])
    await shown.shows('Not started yet.')
    student.answer('score', 'let i = 0\n  while (i < X.length) {\n    b += 1\n  }\n  return []')
    await shown.shows(/Checking … \d s/)
    const named = await shown.shows('An endless loop')
    expect(named).toContain('score() was still running here after several seconds, so it was stopped.')
    const line = student.lineOf('while (i < X.length)')
    expect(named).toMatch(new RegExp(`(${line}|${line + 1}) │ `))
    student.replace('b += 1', 'i += 1')
    await shown.shows('Not right yet: 1 of 4 tests pass.')
  })

  test('a run of all that one loop ends does not change the progress of the others', async () => {
    student.answer('score', SCORE)
    const shown = await start(['1', 'score', '--manual'])
    await shown.shows('Done: all 4')
    student.answer('predict', 'for (;;);')
    shown.press('r')
    const rows = await shown.shows('of 8 exercises pass their visible tests.', 60)
    expect(rows).toMatch(/✗ predict +0 of 3 tests pass/)
    expect(rows).toMatch(/✓ score +4 of 4 tests pass|· score +not run/)
    expect(student.progress()).toMatchObject({ done: ['score'], lost: [] })
  })

  test('what a run of all finds of the exercise is there when one comes back to it', async () => {
    const shown = await start(['1', 'score', '--manual'])
    await shown.shows('Getting ready …')
    shown.press('r')
    await shown.shows('0 of 8 exercises pass their visible tests.')
    shown.press(ENTER)
    expect(await shown.shows('Not started yet.')).not.toContain('Checking …')
    student.answer('score', SCORE)
    shown.press('r')
    await shown.shows('1 of 8 exercises pass their visible tests.')
    shown.press(ENTER)
    expect(await shown.shows('Done: all 4')).toContain('n continues with: From score')
  })

  test('with --manual nothing runs until Enter is pressed, and with NO_COLOR there are no colours', async () => {
    const shown = await start(['1', '--manual'], { NO_COLOR: '1' })
    await shown.shows('Enter check')
    expect(await shown.shows('Not started yet.')).toContain('Save the file and press Enter to run the tests again.')
    student.write(student.read().replaceAll('\n', '\r\n')).answer('score', SCORE)
    await new Promise(done => setTimeout(done, 1000))
    expect(shown.text).toContain('Not started yet.')
    shown.press(ENTER)
    await shown.shows('Done: all 4')
    expect(shown.raw).not.toMatch(COLOURS)
    shown.press('\u0003')
    expect(await shown.exit).toBe(0)
  })

  test('with --plain nothing is written over', async () => {
    const shown = await start(['1', '--plain'])
    await shown.shows('Not started yet.')
    student.answer('score', SCORE)
    await shown.shows('Done: all 4')
    expect(shown.raw).not.toContain('\u001b[H')
    await shown.rests()
    expect(shown.raw.match(/Not started yet/g)).toHaveLength(1)
    expect(shown.raw).not.toMatch(/Checking …|Running the tests/)
  })

  test('pnpm lab try runs the student’s own calls after each save, and ends what still runs', async () => {
    student.answer('score', SCORE)
    const shown = await start(['try', '1'])
    await shown.shows(/\[ 0, 5 \]\s+It ended\./)
    const file = join(student.folder, 'try.ts')
    writeFileSync(file, "setInterval(() => console.log('still running'), 200)\n")
    await shown.shows('still running')
    writeFileSync(file, "import { score } from './src/perceptron.ts'\nconsole.log(score([[1]], [1], 1))\n")
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
    expect(await shown.shows('The folder labs/01-perceptron is gone.')).not.toContain('Done')
    renameSync(away, student.folder)
    await shown.shows('Done: all 4')
    student.replace(SCORE, 'return []')
    await shown.shows('Not right yet')
    shown.press('q')
    expect(await shown.exit).toBe(0)
  })
})
