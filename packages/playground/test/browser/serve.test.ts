import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@backprop/testkit'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { type RunningPlayground, serve } from '../../src/server/serve.ts'
import type { StudentFile } from '../../src/worker/protocol.ts'
import { CourseCopy } from '../course-copy.ts'
import { launch, noChromium, openPage } from './chromium.ts'

describe.skipIf(noChromium)(`the server${noChromium}`, () => {
  const course = new CourseCopy()
  const cacheDir = mkdtempSync(join(tmpdir(), 'vite-'))
  let [browser, running]: [Browser?, RunningPlayground?] = []
  beforeAll(async () => {
    running = await serve({ root: course.root, solutions: false, port: 0, cacheDir })
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await running?.close()
    course.remove()
    rmSync(cacheDir, { recursive: true, force: true })
  })

  test('a page is isolated, asks for all functions, and gets a save without a reload', async () => {
    const url = new URL(running!.url)
    const { page } = await openPage(browser!, url.host)
    await page.goto(url.href)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await page.addScriptTag({ type: 'module', content: LISTENER })
    const all = await page.waitForFunction(() => window.received?.[0]?.length)
    expect(await all.jsonValue()).toBeGreaterThan(20)
    course.answer('02-activations/src/activations.ts', 'relu', 'return [4711]')
    // The page asks too, so there may be another message with all files before.
    await page.waitForFunction(() => window.received?.flat().some(({ code }) => code?.includes('4711')))
    await page.context().close()
  })
})

declare global {
  interface Window {
    received?: StudentFile[][]
  }
}

/** A module of a page that asks for the functions and keeps what it gets. */
const LISTENER = `
  import { createHotContext } from '/@vite/client'
  window.received = []
  const hot = createHotContext('/test')
  hot.on('backprop:functions', files => window.received.push(files))
  hot.send('backprop:ready')
`
