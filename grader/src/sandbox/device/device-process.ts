import { BackendUnavailable, tfjsNode, type TfjsNodeName, type UnavailableCode } from '@backprop/backend-tfjs'
import { DeviceClient } from './client.ts'
import type { DeviceFacts } from './commands.ts'

/** A process that holds a device for the one that started it, because the device's native library may end its process. */

export type ToDevice =
  | { readonly kind: 'run'; readonly commands: readonly unknown[] }
  /** Answered with `values`, in the order of the questions. */
  | { readonly kind: 'read'; readonly id: number }

export type FromDevice =
  | { readonly kind: 'opened'; readonly facts: DeviceFacts; readonly device: string; readonly driver: string }
  | { readonly kind: 'unavailable'; readonly code: UnavailableCode; readonly reason: string; readonly fix: string }
  | { readonly kind: 'values'; readonly values: Float32Array }
  /** A command failed; nothing else will be answered. */
  | { readonly kind: 'failed'; readonly message: string }

/** The process that sends the commands has already applied the limits of each child. */
const NO_LIMITS = {
  bytes: Infinity,
  slots: Infinity,
  commandWork: Infinity,
  queuedWork: Infinity,
  commands: Infinity,
}

const send = (message: FromDevice): Promise<void> => new Promise(resolve => process.send?.(message, () => resolve()))

async function serve(name: TfjsNodeName): Promise<void> {
  const on = await tfjsNode(name)
  const client = new DeviceClient(on, NO_LIMITS)
  let done = Promise.resolve()
  process.on('message', (message: ToDevice) => {
    done = done.then(() => perform(client, message)).catch(fail)
  })
  const { device, driver, fused } = on
  await send({ kind: 'opened', facts: { name, fused: Object.keys(fused) }, device, driver })
}

async function perform(client: DeviceClient, message: ToDevice): Promise<void> {
  if (message.kind === 'run') await client.run(message.commands)
  else await send({ kind: 'values', values: await client.read(message.id) })
}

async function fail(error: unknown): Promise<never> {
  if (error instanceof BackendUnavailable) {
    const { code, reason, fix } = error
    await send({ kind: 'unavailable', code, reason, fix })
  } else await send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  process.exit(1)
}

process.on('disconnect', () => process.exit())
await serve(process.argv[2] as TfjsNodeName).catch(fail)
