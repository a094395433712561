import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../errors.ts'

/**
 * Lets only one grader at a time write into a folder. What holds it is a listening socket (on Windows a named pipe): the
 * system closes it when the process ends, kill -9 included, so a run that died never blocks the next. A file with a
 * process id would stay, and the id may soon belong to another program.
 * @returns how to let go
 */
export async function hold(folder: string): Promise<() => void> {
  const name = `backprop-class-${createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 16)}`
  // The address of a socket may have about a hundred bytes.
  const place = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp'
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(place, `${name}.sock`)
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(address)
    if (server !== 'taken') return () => server?.close()
    if (await answers(address)) break
    // The socket of a run that died: nobody listens.
    rmSync(address, { force: true })
  }
  throw new UsageError(`Another run is grading into "${folder}". Wait for it, or give another folder with --report.`)
}

/** Null where the system has no such sockets: then nothing is held, and a grade is still right. */
function listen(address: string): Promise<Server | 'taken' | null> {
  const server = createServer(socket => socket.destroy())
  return new Promise(resolve => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? 'taken' : null))
    server.listen(address, () => resolve(server.unref()))
  })
}

function answers(address: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(address, () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.destroy())
  })
}
