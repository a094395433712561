import { expect, test } from '@backprop/testkit'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const args =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

const entry = `
  import { backward, crossEntropy, matmul, tensor } from '@backprop/core'
  import { wasm } from './src/index.ts'
  const on = await wasm()
  const x = tensor([[1, 2], [3, 4]], { on })
  const w = tensor([[1, 0], [0.5, -1]], { on, requiresGrad: true })
  const loss = crossEntropy(matmul(x, w), [0, 1])
  backward(loss)
  const seen = { loss: await loss.item(), gradient: [...(await w.grad.data())], isolated: crossOriginIsolated }
  document.body.textContent = JSON.stringify({ ...seen, description: on.description })
`

const title = 'trains in a browser page, with and without cross-origin isolation'
const present = existsSync(CHROMIUM)

test.runIf(present)(title, { timeout: 60_000 }, async () => {
  const resolveDir = fileURLToPath(new URL('..', import.meta.url))
  const stdin = { contents: entry, resolveDir, loader: 'ts' as const }
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', target: 'es2023' })
  const page = `<!doctype html><body><script type="module">${outputFiles[0].text}</script>`
  const server = createServer((request, response) => {
    const headers = request.url === '/isolated' ? ISOLATED : {}
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(page)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: args.split(' ') })
  try {
    for (const [path, isolated] of [
      ['/', false],
      ['/isolated', true],
    ] as const) {
      const tab = await browser.newPage()
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
      await tab.waitForFunction('document.body.textContent.startsWith("{")')
      const seen = JSON.parse((await tab.textContent('body')) ?? '') as Record<string, unknown>
      expect(seen.isolated).toBe(isolated)
      expect(seen.description).toContain('SIMD')
      // Logits [2, −2] and [5, −4], labels 0 and 1.
      expect(seen.loss).toBeNear((Math.log1p(Math.exp(-4)) + 9 + Math.log1p(Math.exp(-9))) / 2, { relative: 1e-5 })
      expect((seen.gradient as number[]).length).toBe(4)
      await tab.close()
    }
  } finally {
    await browser.close()
    server.close()
  }
})

test.skipIf(present)(`${title} (skipped: there is no ${CHROMIUM})`, () => undefined)
