import type { Session } from '../../sandbox/session.ts'
import { type DeathKind, SandboxDied } from '../../sandbox/wire/sandbox-errors.ts'

/** A module that hangs or dies while loading would do so again for each test, so it is loaded only once. */
const failed = new Map<string, Error>()

/** Deaths that a busy machine may cause: they must happen twice before they count for all tests. */
const MAY_PASS: readonly DeathKind[] = ['timeout', 'cpu', 'memory']

/** Opens a session with a module, unless it is known that the module cannot be loaded. */
export async function load<S = Session>(module: string, open: () => Promise<S>): Promise<S> {
  const known = failed.get(module)
  if (known) throw known
  for (let attempt = 1; ; attempt++) {
    try {
      return await open()
    } catch (error) {
      const death = error instanceof SandboxDied ? error.kind : null
      if (attempt === 1 && death !== null && MAY_PASS.includes(death)) continue
      if (error instanceof Error && death !== 'launch' && death !== 'device') failed.set(module, error)
      throw error
    }
  }
}
