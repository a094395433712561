import type { Screen } from '../pty.ts'

/** A moment of the session: what the person did, and the screen after it. */
export interface Frame {
  readonly did: string
  readonly screen: string
}

/** What the walk needs of the tree that it goes through. */
export interface Tree {
  /** Puts code in place of the stub of `score`, or of what was put there before, and saves the file. */
  readonly save: (code: string) => void
}

/** From a stub to a solved exercise, on a terminal that runs `pnpm lab`. */
export async function walk(screen: Screen, { save }: Tree, command: string): Promise<Frame[]> {
  const frames: Frame[] = []
  const see = async (did: string, wanted: string | RegExp, seconds?: number) => {
    await screen.shows(wanted, seconds)
    await screen.rests()
    frames.push({ did, screen: withoutTimes(screen.text) })
  }
  const saved = async (code: string, wanted: string) => {
    save(code)
    await see(`src/perceptron.ts is saved with: ${code}`, wanted)
  }
  await see(`$ ${command}`, 'Not started yet.', 300)
  await saved('return X.map(x => dot(x, w) + bias)', "Cannot find name 'bias'")
  await saved('return X.map(x => dot(x, w))', '1 of 4 tests pass')
  screen.press('h')
  await see('h is pressed', 'Hint 1 of 3')
  await saved('return X.map(x => dot(x, w) + b)', 'n continues with')
  screen.press('n')
  await see('n is pressed', /predict[\s\S]*Not started yet\./)
  screen.press('q')
  await screen.exit
  return frames
}

/** How long a check took is never the same. */
const withoutTimes = (text: string): string => text.replace(/\n+(?:checked in|Checking …) [\d.]+ s$/, '')

/** The session as text: a ruler with what was done, and below it the screen. */
export const written = (frames: readonly Frame[]): string =>
  frames.map(({ did, screen }) => `${`── ${did} `.padEnd(80, '─')}\n\n${screen}\n`).join('\n')
