const slow = new WeakSet()

/**
 * A function for the student's code to call that returns a promise, like any slow function. Without this, the
 * code always gets the value itself. A call fails if its code does not await the promise.
 */
export function takesTime<F extends (...args: never[]) => unknown>(name: string, f: F): F {
  slow.add(f)
  return Object.defineProperty(f, 'name', { value: name })
}

export const isSlow = (f: object): boolean => slow.has(f)
