import type { Duplex } from 'node:stream'
import type { Backend } from '@backprop/core'
import type { DeviceReceipt } from '@backprop/test-runner'
import { Channel } from '../wire/channel.ts'
import { ProtocolError } from '../wire/wire.ts'
import { DeviceClient, DeviceQuota, type Usage } from './client.ts'
import { DEVICE_BUDGET, DEVICE_LIMITS, type DeviceLimits, PART } from './limits.ts'

/** The real backend that children share, and what is known about it. */
export interface Device {
  readonly on: Backend
  /** The hardware and its driver. */
  readonly device: string
  readonly driver: string
  /** How many known numbers it computed correctly when it was opened. */
  readonly checked: number
  /** Rejects when the device is lost; never settles if it can't be lost. */
  readonly lost?: Promise<never>
  /** The process that computes, if it is not this one. */
  readonly pid?: number
  /** Resolves when that process has taken the commands so far; by default nothing waits for it. */
  readonly ready?: () => Promise<void>
  readonly close: () => void
}

/** Why a child loses the device. `device` is not the child's fault. */
export type LinkEnd = 'protocol' | 'flood' | 'memory' | 'device'

export interface Link {
  /** What the child had computed. */
  readonly usage: Usage
  close(): void
}

/** Lends one device to several children. Each has a separate link and sees nothing of the others. */
export class DeviceBroker {
  readonly device: Device
  #total: Usage = { commands: 0, work: 0, reads: 0 }
  #lost: Error | null = null
  readonly #onLost = new Set<(error: Error) => void>()

  constructor(device: Device) {
    this.device = device
    device.lost?.catch((error: unknown) => {
      this.#lost = error as Error
      for (const tell of this.#onLost) tell(this.#lost)
    })
  }

  /** What finished children have computed since this was last asked. */
  takeReceipt(): DeviceReceipt {
    const { device, driver, checked } = this.device
    const receipt = { device, driver, checked, ...this.#total }
    this.#total = { commands: 0, work: 0, reads: 0 }
    return receipt
  }

  /** Serves the child at the other end of `stream` until either side ends; `onEnd` gets the reason, at most once. */
  connect(stream: Duplex, onEnd: (why: LinkEnd, what: string) => void, limits: DeviceLimits = DEVICE_LIMITS): Link {
    const { on, ready = () => new Promise<void>(resolve => void setImmediate(resolve)) } = this.device
    const client = new DeviceClient(on, limits)
    const queue: (readonly unknown[])[] = []
    let [isBusy, isClosed] = [false, false]

    const close = () => {
      if (isClosed) return
      isClosed = true
      channel.close()
      this.#onLost.delete(lose)
      for (const key of ['commands', 'work', 'reads'] as const) this.#total[key] += client.usage[key]
      client.stop()
      // The command that is running still reads its slots.
      if (!isBusy) client.close()
    }
    const end = (why: LinkEnd, what: string) => {
      if (isClosed) return
      close()
      onEnd(why, what)
    }
    const lose = (error: Error) => end('device', error.message)

    /** One message at a time. While one runs, the child's next ones wait in its pipe. */
    const drain = async () => {
      isBusy = true
      stream.pause()
      try {
        for (let message = queue.shift(); message && !isClosed; message = queue.shift()) {
          const values = await perform(client, message)
          if (values && !isClosed) answer(channel, values)
          await ready()
        }
      } catch (error) {
        end(...endOf(error))
      } finally {
        isBusy = false
        if (isClosed) client.close()
        else stream.resume()
      }
    }
    const channel = new Channel(
      stream,
      {},
      {
        onMessage: message => {
          queue.push(message)
          if (!isBusy) void drain()
        },
        onBreach: end,
        onFault: error => end(...endOf(error)),
      },
      DEVICE_BUDGET,
    )
    this.#onLost.add(lose)
    if (this.#lost) setImmediate(lose, this.#lost)
    else channel.send(['device', on.name, Object.keys(on.fused ?? {})])
    return { usage: client.usage, close }
  }
}

async function perform(client: DeviceClient, message: readonly unknown[]): Promise<Float32Array | null> {
  const [kind, ...rest] = message
  if (kind === 'run') {
    await client.run(rest)
    return null
  }
  if (kind === 'read' && rest.length === 1) return client.read(rest[0])
  throw new ProtocolError('a message of an unknown kind')
}

function answer(channel: Channel, values: Float32Array): void {
  for (let at = 0; at === 0 || at < values.length; at += PART)
    channel.send(['values', values.subarray(at, at + PART), at + PART >= values.length])
}

function endOf(error: unknown): [LinkEnd, string] {
  if (error instanceof ProtocolError) return ['protocol', `sent the device ${error.message}`]
  if (error instanceof DeviceQuota) return ['memory', `wanted ${error.message}`]
  return ['device', error instanceof Error ? error.message : String(error)]
}
