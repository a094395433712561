// Every platform that runs JavaScript has it, but it belongs to none of the libraries that this package is checked with.
declare const setTimeout: ((callback: () => void) => unknown) | undefined

const PAUSE_EVERY_MS = 50

/**
 * Makes a function to be awaited in a long loop. Now and then it lets everything else have its turn: a page draws, and
 * a click on "stop" arrives. An `await` alone does not do that where the backend answers at once.
 */
export function breather(): () => Promise<void> {
  let last = Date.now()
  return async () => {
    if (Date.now() - last < PAUSE_EVERY_MS || typeof setTimeout !== 'function') return
    await new Promise<void>(resolve => void setTimeout(resolve))
    last = Date.now()
  }
}
