import { type Deadline, momentAt } from '../term/deadline.ts'
import type { HandInTime } from './delivery.ts'

/** The moment of a time: one on the platform's clock is taken to be in the zone of the deadline, and is unknown without one. */
export function momentOf(time: HandInTime | null, deadline: Deadline | null): Date | null {
  if (time === null) return null
  if ('at' in time) return time.at
  return deadline && momentAt(time.local, deadline.zone)
}
