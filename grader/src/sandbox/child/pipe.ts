/** Blocking transfers, also over non-blocking descriptors. */

/** An import would also load what else `node:fs` can export: file watchers, prompts. That takes as long as starting V8. */
const fs = process.getBuiltinModule('node:fs')

/** After this many failed tries, the processor is yielded to the process that has to answer. */
const EAGER_TRIES = 200
const PAUSE_MS = 0.2
const never = new Int32Array(new SharedArrayBuffer(4))

export function write(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += retry(() => fs.writeSync(fd, bytes, done))
}

/** One frame, without its leading length. Ends the process when the other side is gone. */
export function read(fd: number): Buffer {
  const exactly = (count: number) => {
    const bytes = Buffer.allocUnsafe(count)
    for (let done = 0; done < count;) {
      const got = retry(() => fs.readSync(fd, bytes, done, count - done, null))
      if (got === 0) process.exit(0)
      done += got
    }
    return bytes
  }
  return exactly(exactly(4).readUInt32LE(0))
}

/** Retries on "not yet" (EAGAIN). */
function retry(transfer: () => number): number {
  for (let tries = 0; ; tries++) {
    try {
      return transfer()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
    if (tries > EAGER_TRIES) Atomics.wait(never, 0, 0, PAUSE_MS)
  }
}
