import { randomInt } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** The network between a process and a server, which a test can cut: a proxy on this machine. */
export class Cable {
  readonly #to: number
  readonly #sockets = new Set<Socket>()
  #server: Server | null = null
  readonly port: number

  private constructor(to: number, port: number) {
    this.#to = to
    this.port = port
  }

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port, await freePort())
    await cable.restore()
    return cable
  }

  /** Breaks all connections and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = null
    const closed = new Promise(resolve => (server ? server.close(resolve) : resolve(null)))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  /** Lets nothing through any more in either direction, without a word: what is sent is lost. */
  silence(): void {
    for (const socket of this.#sockets) socket.pause()
  }

  async restore(): Promise<void> {
    const server = createServer(socket => {
      const other = connect(this.#to, '127.0.0.1')
      for (const [end, opposite] of [
        [socket, other],
        [other, socket],
      ]) {
        this.#sockets.add(end)
        end.on('data', (bytes: Buffer) => opposite.write(bytes))
        end.on('error', () => {})
        end.on('close', () => {
          this.#sockets.delete(end)
          opposite.destroy()
        })
      }
    })
    await new Promise<void>(resolve => server.listen(this.port, '127.0.0.1', resolve))
    this.#server = server
  }
}

/** A port that nothing listens on, below those that the system gives to connections, one of which could take it in the meantime. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 30_000)
    const server = createServer()
    const isFree = await new Promise<boolean>(resolve =>
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)),
    )
    await new Promise(resolve => server.close(resolve))
    if (isFree) return port
  }
}
