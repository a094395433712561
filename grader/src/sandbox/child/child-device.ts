import type { Backend, FloatArray, Slot } from '@backprop/core'
import { commandBackend } from '../device/commands.ts'
import { DEVICE, PART } from '../device/limits.ts'
import { decode } from '../wire/decode.ts'
import { encode } from '../wire/encode.ts'
import { read, write } from './pipe.ts'

/** A backend whose data is elsewhere: the grader holds the device, and this process sends it commands. Only a read waits. */
export function brokered(): Backend {
  const [greeting, name, fused] = decode(read(DEVICE)) as [string, string, string[]]
  if (greeting !== 'device') throw new Error('the device did not answer')
  const { on, flush, idOf } = commandBackend({ name, fused }, commands => write(DEVICE, encode(['run', ...commands])))

  function readSync(slot: Slot): FloatArray {
    flush()
    write(DEVICE, encode(['read', idOf(slot)]))
    const parts: Float32Array[] = []
    for (;;) {
      const [, part, isLast] = decode(read(DEVICE)) as [string, Float32Array, boolean]
      if (isLast && parts.length === 0) return part
      parts.push(part)
      if (isLast) break
    }
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
    for (const [i, part] of parts.entries()) whole.set(part, i * PART)
    return whole
  }

  return {
    ...on,
    // eslint-disable-next-line @typescript-eslint/require-await -- failures reject, as on a real device
    read: async slot => readSync(slot),
    readSync,
  }
}
