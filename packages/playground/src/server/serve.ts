import { createServer, type InlineConfig } from 'vite'
import type { FunctionsOptions } from './student-functions.ts'
import { viteConfig } from './vite-config.ts'

export interface ServeOptions extends FunctionsOptions {
  /** The first port to try; the next free one is taken. */
  readonly port: number
  /** Where Vite keeps the packages that it has prepared; by default in this package's `.cache/`. */
  readonly cacheDir?: string
}

export interface RunningPlayground {
  /** Such as `http://localhost:5173/`. */
  readonly url: string
  close(): Promise<void>
}

/** Serves the page with the functions of the course at `root`. Only this machine can reach it. */
export async function serve({ port, cacheDir, ...functions }: ServeOptions): Promise<RunningPlayground> {
  const config = viteConfig(functions)
  const own: InlineConfig = { ...config, cacheDir: cacheDir ?? config.cacheDir, server: { ...config.server, port } }
  const server = await createServer(own)
  await server.listen()
  const url = server.resolvedUrls?.local[0]
  if (url === undefined) throw new Error('Vite listens at no local address.')
  return { url, close: () => server.close() }
}
