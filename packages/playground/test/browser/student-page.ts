import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from '@backprop/testkit'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type RunningPlayground, serve } from '../../src/server/serve.ts'
import { CourseCopy } from '../course-copy.ts'
import { launch, openPage, SOON, type WatchedPage } from './chromium.ts'

export const ACTIVATIONS = '02-activations/src/activations.ts'
export const DERIVATIVES = '02-activations/src/derivatives.ts'
export const TANH = 'return x.map(Math.tanh)'

/** Where the page says whose function is in a place of the network: "yours", "ours" … */
export const stateOf = (page: Page, slot: string): Promise<string | null> =>
  page.locator(`[data-slot=${slot}]`).getAttribute('data-state')

/** The picture of the network's answer, as text that is the same only if the picture is. */
export const pictureOf = (page: Page): Promise<string> =>
  page
    .getByRole('figure', { name: 'Answer of the network' })
    .locator('canvas')
    .first()
    .evaluate(canvas => (canvas as HTMLCanvasElement).toDataURL())

const SETTLED_MS = 1000

/** The same when it has stayed so for a while. */
export async function settledPictureOf(page: Page): Promise<string> {
  for (let before = ''; ;) {
    const now = await pictureOf(page)
    if (now === before) return now
    before = now
    await page.waitForTimeout(SETTLED_MS)
  }
}

/** For each test of a `describe`: a new course, and a page of `pnpm playground` in it. One browser for all. */
export class StudentPage {
  course!: CourseCopy
  readonly #cacheDir = mkdtempSync(join(tmpdir(), 'vite-'))
  #browser!: Browser
  #running: RunningPlayground | undefined
  #watched: WatchedPage | undefined

  constructor() {
    beforeAll(async () => void (this.#browser = await launch()))
    beforeEach(() => void (this.course = new CourseCopy()))
    afterEach(async () => {
      await this.#watched?.page.context().close()
      await this.#running?.close()
      this.course.remove()
    })
    afterAll(async () => {
      await this.#browser.close()
      rmSync(this.#cacheDir, { recursive: true, force: true })
    })
  }

  get errors(): readonly string[] {
    return this.#watched?.errors ?? []
  }

  /** Opens the page. */
  async visit(hash = ''): Promise<Page> {
    this.#running = await serve({ root: this.course.root, solutions: false, port: 0, cacheDir: this.#cacheDir })
    this.#watched = await openPage(this.#browser, new URL(this.#running.url).host)
    const { page } = this.#watched
    await page.goto(`${this.#running.url}${hash}`)
    return page
  }

  /** Opens the page and waits until the files have arrived: until then, every place is ours. */
  async open(hash = ''): Promise<Page> {
    const page = await this.visit(hash)
    await expect.poll(() => stateOf(page, 'sigmoid'), SOON).toBe('not written yet')
    return page
  }
}
