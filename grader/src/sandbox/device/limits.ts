/** What one child may ask of a shared device. Honest training stays far below each limit. */
export interface DeviceLimits {
  /** Bytes of all its numbers on the device, with what a command needs while it runs. */
  readonly bytes: number
  /** How many slots they may be in. */
  readonly slots: number
  /** Multiply-adds of one command: a GPU can't be interrupted, and other children wait. */
  readonly commandWork: number
  /** Multiply-adds that may be queued before we wait for the device. */
  readonly queuedWork: number
  /** Commands over its whole life. */
  readonly commands: number
}

export const DEVICE_LIMITS: DeviceLimits = {
  bytes: 2 ** 31,
  slots: 1 << 20,
  commandWork: 2 ** 38,
  queuedWork: 2 ** 40,
  commands: 2 ** 27,
}

/** What a child may send to its device over its whole life. */
export const DEVICE_BUDGET = { bytes: 2 ** 38, frames: 2 ** 26 }

/** The descriptor on which a child reaches its device; the broker at the other end speaks first. */
export const DEVICE = 5

/** How many numbers travel in one part; longer uploads are split. */
export const PART = 1 << 22

/** How many commands travel together at most. */
export const BATCH = 256
