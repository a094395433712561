import { execFileSync, spawn } from 'node:child_process'
import { createReadStream, createWriteStream, linkSync, mkdirSync, statSync, symlinkSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** What a download of the library meets: all of it, an error page, a broken connection, or an archive without its end. */
export type Answer = 'whole' | 'error page' | 'broken' | 'half'

export interface Mirror {
  readonly url: string
  /** The paths that were asked for, in order. */
  readonly asked: string[]
  answer: Answer
  close(): void
}

/** Serves the archives that the install script of tfjs-node downloads: the real library and addon of a build. */
export async function openMirror(packages: string, folder: string, paths: { library: string; addon: string }) {
  const home = join(packages, '@tensorflow/tfjs-node')
  const archives = { library: join(folder, 'library.tar.gz'), addon: join(folder, 'addon.tar.gz') }
  await pack(shipped(home, folder), 'lib', archives.library)
  await pack(join(home, 'lib'), 'napi-v8', archives.addon)
  const mirror = { url: '', asked: [] as string[], answer: 'whole' as Answer, close: () => void server.close() }
  const server = createServer(({ url = '' }, response) => {
    mirror.asked.push(url)
    if (url === paths.addon) send(response, archives.addon, 'whole')
    else send(response, archives.library, url === paths.library ? mirror.answer : 'error page')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  mirror.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return mirror satisfies Mirror
}

function send(response: ServerResponse, archive: string, answer: Answer): void {
  if (answer === 'error page') {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html><h1>Not found</h1></html>')
    return
  }
  const { size } = statSync(archive)
  const end = answer === 'whole' ? size : Math.floor(size / 2)
  response.writeHead(200, { 'content-length': answer === 'broken' ? size : end })
  const file = createReadStream(archive, { end: end - 1 })
  file.pipe(response, { end: answer !== 'broken' })
  if (answer === 'broken') file.on('end', () => setTimeout(() => response.destroy(), 1000))
}

/** The library as its makers ship it: a file named after the version, and links to it. */
function shipped(home: string, folder: string): string {
  const { LIBTENSORFLOW_VERSION: version } = JSON.parse(
    execFileSync(
      process.execPath,
      ['-p', `JSON.stringify(require(${JSON.stringify(`${home}/scripts/deps-constants.js`)}))`],
      {
        encoding: 'utf8',
      },
    ),
  ) as { LIBTENSORFLOW_VERSION: string }
  const out = join(folder, 'shipped')
  mkdirSync(join(out, 'lib'), { recursive: true })
  const lib = join(home, 'deps/lib')
  for (const name of ['libtensorflow', 'libtensorflow_framework']) {
    linkSync(join(lib, `${name}.so.2`), join(out, 'lib', `${name}.so.${version}`))
    symlinkSync(`${name}.so.${version}`, join(out, 'lib', `${name}.so.2`))
    symlinkSync(`${name}.so.2`, join(out, 'lib', `${name}.so`))
  }
  linkSync(join(lib, 'libnopython.so'), join(out, 'lib/libnopython.so'))
  return out
}

/** Stored rather than compressed, which would take a minute. */
async function pack(folder: string, name: string, archive: string): Promise<void> {
  const tar = spawn('tar', ['-c', '-C', folder, name], { stdio: ['ignore', 'pipe', 'inherit'] })
  await pipeline(tar.stdout, createGzip({ level: 0 }), createWriteStream(archive))
}
