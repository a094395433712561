import { writeFileSync } from 'node:fs'
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

describe.skipIf(noPty)(`pnpm lab on a terminal${noPty ? ` (${noPty})` : ''}`, () => {
  test('from a stub over a wrong answer to a right one, by saving alone', async () => {
    const shown = await start([])
    expect(await shown.shows('Not started yet.')).toMatch(
      new RegExp(`Write it here: +labs/01-neuron/src/neuron\\.ts:${student.lineOf('export function score')}\n`),
    )

    student.answer('score', 'return X.map(x => dot(x, w))')
    // Under load a save may be seen half done: what is shown then is soon put right.
    expect(await shown.shows('yours      4  -6  -1')).toContain(
      ['  expected   5  -5   0', '  yours      4  -6  -1', '             ^   ^   ^'].join('\n'),
    )
    expect(shown.text).toContain('are all weights used, and the bias once?')

    student.replace('return X.map(x => dot(x, w))', SCORE)
    expect(await shown.shows('Done: all 4 visible tests pass.')).toContain('1 of 4 done')
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
    await shown.shows('Exercise 2 of 4: From score to class (predict)')
    student.answer('predict', PREDICT).replace(SCORE, 'return []')
    await shown.shows('Done: all 3 visible tests pass.')
    await shown.shows('Was done, but fails now: score')
    student.replace('return []', SCORE)
    await shown.shows('2 of 4 done')
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
    shown.press('hh') // two presses in one read
    await shown.shows('Hint 3 of 3')
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
    await shown.shows('Exercise 2 of 4')
    shown.press('r')
    expect(await shown.shows('0 of 4 exercises pass their visible tests.')).toContain(
      '· accuracy             not started          The share',
    )
    shown.press('hq')
    expect(await shown.exit).toBe(0)
    expect(student.progress()).toMatchObject({ hints: { score: 3, predict: 1 } })
  })

  test('a picture has the screen to itself until a key is pressed; Ctrl-C ends it alone, and outside of it the watch', async () => {
    const script = join(student.folder, 'main.ts')
    writeFileSync(script, "console.log('a picture')\n")
    const shown = await start(['1'])
    await shown.shows('Not started yet.')
    shown.press('p')
    expect(await shown.shows('Enter: back to the exercise')).toContain('a picture')
    shown.press(ENTER)
    await shown.shows('Not started yet.')
    writeFileSync(script, "console.log('training …')\nsetInterval(() => {}, 1000)\n")
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
})
