import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import open from 'open'

const COMMAND = ['@backprop/launch', '@backprop/playground'].map(name => fileURLToPath(import.meta.resolve(name)))

/** `pnpm playground` in the background, started when it is first opened. */
export class PlaygroundProcess {
  #child: ChildProcess | undefined
  #url: Promise<string> | undefined

  /** Opens its page in the browser. Resolves to the address; rejects with the reason if it doesn't start. */
  async open(): Promise<string> {
    this.#url ??= this.#start()
    const url = await this.#url
    // Without a browser, the address has to suffice.
    await open(url).catch(() => {})
    return url
  }

  #start(): Promise<string> {
    // It ends with this process, however that ends: the channel closes then.
    const child = spawn(process.execPath, [...COMMAND, '--no-open'], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child = child
    let stderr = ''
    child.stderr?.on('data', (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-2000)))
    return new Promise((resolve, reject) => {
      child.on('message', ({ url }: { readonly url: string }) => resolve(url))
      child.on('error', reject)
      child.on('exit', () => {
        this.#child = undefined
        this.#url = undefined
        reject(new Error(stderr.trim().split('\n').at(-1)))
      })
    })
  }

  async stop(): Promise<void> {
    if (!this.#child) return
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
