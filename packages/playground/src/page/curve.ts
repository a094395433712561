import { signal } from '@preact/signals'
import type { CurvePoint } from '../worker/history.ts'

const MOST_POINTS = 4096

/** The losses of a run over its epochs. Keeps every second point when there are too many. */
export class Curve {
  readonly points: CurvePoint[] = []
  /** Changes with the points. */
  readonly version = signal(0)

  add(more: readonly CurvePoint[]): void {
    if (more.length === 0) return
    // After going back to an earlier moment, the run continues from there.
    while (this.points.length > 0 && this.points[this.points.length - 1][0] >= more[0][0]) this.points.pop()
    this.points.push(...more)
    if (this.points.length > MOST_POINTS) {
      const kept = this.points.filter((_, i) => i % 2 === 0)
      this.points.splice(0, this.points.length, ...kept)
    }
    this.version.value += 1
  }

  clear(): void {
    this.points.length = 0
    this.version.value += 1
  }
}
