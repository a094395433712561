/** What one child may ask of a device that it shares. Honest training stays far below each. */
export interface DeviceLimits {
  /** Bytes of all its numbers on the device. */
  readonly bytes: number
  /** How many pieces they may be in. */
  readonly slots: number
  /** Multiplications and additions of one command: a GPU cannot be interrupted, and other children wait. */
  readonly commandWork: number
  /** As many may be queued before the device is waited for. */
  readonly queuedWork: number
  /** Commands in its whole life. */
  readonly commands: number
}

export const DEVICE_LIMITS: DeviceLimits = {
  bytes: 2 ** 31,
  slots: 1 << 20,
  commandWork: 2 ** 38,
  queuedWork: 2 ** 40,
  commands: 2 ** 27,
}

/** What a child may send to its device in its whole life. */
export const DEVICE_BUDGET = { bytes: 2 ** 38, frames: 2 ** 26 }

/** The descriptor on which a child finds its device; the broker at its other end speaks first. */
export const DEVICE = 5

/** Numbers that travel in one piece; more are cut. */
export const PART = 1 << 22

/** Commands that travel together, at most. */
export const BATCH = 256
