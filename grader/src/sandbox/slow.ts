const slow = new WeakSet()

/**
 * A function for the student's code to call that gives it a promise, as one that takes time does. Without this, what the
 * code gets is always the value itself. A call whose code does not wait for the promise fails.
 */
export function takesTime<F extends (...args: never[]) => unknown>(name: string, f: F): F {
  slow.add(f)
  return Object.defineProperty(f, 'name', { value: name })
}

export const isSlow = (f: object): boolean => slow.has(f)
