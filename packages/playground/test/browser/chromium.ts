import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

const PATH = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const ARGUMENTS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** How long one thing in a page may take on a busy machine. No test here is about speed. */
export const SOON = { timeout: 120_000 }

/** Why no page can be tried here, as a part of a test's title; empty where it can. */
export const noChromium = PATH === undefined ? ' (skipped: no Chromium was found)' : ''

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: PATH, args: ARGUMENTS.split(' '), ...SOON })

/** A page that keeps what goes wrong in it, and every address that it asks for. */
export interface WatchedPage {
  readonly page: Page
  /** Errors on the console, uncaught errors, failed requests. */
  readonly errors: string[]
  readonly requests: string[]
}

/** Opens an empty page. Requests to other hosts than `host` fail, as they do without a network. */
export async function openPage(browser: Browser, host: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  // Playwright's own limit is 30 s.
  context.setDefaultTimeout(SOON.timeout)
  const page = await context.newPage()
  const [errors, requests]: string[][] = [[], []]
  page.on('console', message => void (message.type() === 'error' && errors.push(message.text())))
  page.on('pageerror', error => errors.push(String(error)))
  page.on('request', request => requests.push(request.url()))
  page.on('requestfailed', request => errors.push(`${request.url()}: ${request.failure()?.errorText ?? 'failed'}`))
  await page.route(
    url => url.protocol.startsWith('http') && url.host !== host,
    route => route.abort('internetdisconnected'),
  )
  return { page, errors, requests }
}

/** How many epochs the page says that it has trained. */
export const epochOf = async (page: Page): Promise<number> =>
  Number(await page.getByRole('group', { name: 'Training' }).getByRole('status').first().textContent())
