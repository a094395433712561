import type { Demands } from '../queue/grades.ts'
import { whyNobody, type Workers } from '../queue/workers.ts'
import type { ClassProgress } from './class-progress.ts'

const RHYTHM_MS = 2000

/** Keeps the progress informed of the workers, and says once when no worker takes what waits. Returns how to stop it. */
export function watchWorkers(
  workers: Workers,
  waitingFor: () => readonly Demands[],
  progress: Pick<ClassProgress, 'say' | 'workers'>,
): () => Promise<void> {
  let said: string | null = null
  let looking: Promise<void> | null = null
  const look = async () => {
    const connected = await workers.connected()
    progress.workers = connected.length
    const why = whyNobody(waitingFor(), connected)
    if (why !== null && why !== said) progress.say(why)
    said = why
  }
  // A database that is away for a moment is the business of those who wait for grades.
  const lookOnce = () =>
    (looking ??= look()
      .catch(() => {})
      .finally(() => (looking = null)))
  const timer = setInterval(() => void lookOnce(), RHYTHM_MS)
  return async () => {
    clearInterval(timer)
    await looking
  }
}
