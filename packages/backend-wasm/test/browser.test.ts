import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@backprop/testkit'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const ARGUMENTS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** How long one thing may take on a busy machine. */
const SOON = { timeout: 120_000 }

const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
/** Forbids workers made from a text. */
const STRICT = { ...ISOLATED, 'Content-Security-Policy': "worker-src 'self'" }

const pages = {
  '/': { headers: {}, isolated: false, threads: 'one thread (this page is not cross-origin isolated)' },
  '/isolated': { headers: ISOLATED, isolated: true, threads: '2 threads' },
  '/strict': { headers: STRICT, isolated: true, threads: 'one thread (no worker starts: it does not load)' },
  '/strict?file': { headers: STRICT, isolated: true, threads: '2 threads' },
}

const entry = `
  import { backward, crossEntropy, matmul, ones, sum, tensor } from '@backprop/core'
  import { wasm } from './src/index.ts'
  const worker = location.search === '?file' ? () => new Worker('/worker.js') : undefined
  const on = await wasm({ threads: 2, worker })
  const { description } = on
  const x = tensor([[1, 2], [3, 4]], { on })
  const w = tensor([[1, 0], [0.5, -1]], { on, requiresGrad: true })
  const loss = crossEntropy(matmul(x, w), [0, 1])
  backward(loss)
  const large = await sum(matmul(ones([300, 200], { on }), ones([200, 300], { on }))).item()
  const seen = { loss: await loss.item(), gradient: [...(await w.grad.data())], large, isolated: crossOriginIsolated }
  on.close()
  document.body.textContent = JSON.stringify({ ...seen, description })
`

const title = 'trains in a browser page, with threads if the page is cross-origin isolated'
const folder = fileURLToPath(new URL('..', import.meta.url))

test.skipIf(!CHROMIUM)(CHROMIUM ? title : `${title} (no Chromium was found)`, async () => {
  const stdin = { contents: entry, resolveDir: folder, loader: 'ts' as const }
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', target: 'es2023' })
  const html = `<!doctype html><body><script type="module">${outputFiles[0].text}</script>`
  const worker = readFileSync(`${folder}dist/worker.js`)
  const server = createServer(({ url }, response) => {
    const page = Object.entries(pages).find(([path]) => path === url)?.[1]
    if (page) response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...page.headers }).end(html)
    else response.writeHead(200, { 'Content-Type': 'text/javascript', ...ISOLATED }).end(worker)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS.split(' '), ...SOON })
  try {
    for (const [path, { isolated, threads }] of Object.entries(pages)) {
      const tab = await browser.newPage()
      // Playwright's own limit is 30 s.
      tab.setDefaultTimeout(SOON.timeout)
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
      await tab.waitForFunction('document.body.textContent.startsWith("{")')
      const seen = JSON.parse((await tab.textContent('body')) ?? '') as Record<string, unknown>
      expect(seen.isolated, path).toBe(isolated)
      expect(seen.description, path).toMatch(/^WebAssembly, (relaxed|plain) SIMD, /)
      expect(String(seen.description).endsWith(`SIMD, ${threads}`), `${path}: ${String(seen.description)}`).toBe(true)
      // Logits [2, −2] and [5, −4], labels 0 and 1.
      expect(seen.loss).toBeNear((Math.log1p(Math.exp(-4)) + 9 + Math.log1p(Math.exp(-9))) / 2, { relative: 1e-5 })
      expect((seen.gradient as number[]).length).toBe(4)
      expect(seen.large).toBe(300 * 200 * 300)
      await tab.close()
    }
  } finally {
    await browser.close()
    server.close()
  }
})
