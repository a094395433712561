import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, chromium, type Page } from 'playwright-core'
import { serve } from '../src/server/serve.ts'
import { tensorflowPage } from './tensorflow-playground.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const VIEWPORT = { width: 1440, height: 900 }
const MILLISECONDS_PER_SECOND = 1000

/** What a page does while it trains. */
export interface PageSpeed {
  /** Updates of the weights. */
  readonly stepsPerSecond: number
  readonly framesPerSecond: number
  /** The longest task of the page's thread, in milliseconds; below 50 ms the browser doesn't say. */
  readonly longestTask: number
}

/** The spiral with 6 × 8 tanh: what both pages read from a link. */
const SPIRAL = '#activation=tanh&batchSize=10&dataset=spiral&networkShape=8,8,8,8,8,8&seed=0.48213&learningRate=0.03'

async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('no Chromium was found: install chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--no-first-run'] })
}

/** Our page, as fast as it goes. */
async function ourPage(browser: Browser, root: string, seconds: number): Promise<PageSpeed> {
  const server = await serve({ root, solutions: false, port: 0 })
  try {
    const page = await newPage(browser)
    await page.goto(server.url + SPIRAL)
    await page.getByRole('radio', { name: 'All ours' }).check()
    await page.getByRole('combobox', { name: 'Speed', exact: true }).selectOption({ label: 'as fast as it goes' })
    await page.getByRole('button', { name: 'Play', exact: true }).click()
    return await measure(page, seconds, () =>
      page.evaluate(() => Number(document.querySelector('[data-state="step"]')?.textContent?.replace(/\D/g, ''))),
    )
  } finally {
    await server.close()
  }
}

/** Its page: an epoch for each frame, with batches of ten of 250 points. */
async function theirPage(browser: Browser, files: ReadonlyMap<string, string>, seconds: number): Promise<PageSpeed> {
  const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }
  const server = createServer(({ url = '/' }, response) => {
    const type = types[/\.\w+$/.exec(url)?.[0] ?? ''] ?? 'text/html; charset=utf-8'
    const text = files.get(url)
    response.writeHead(text === undefined ? 404 : 200, { 'Content-Type': type }).end(text)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    const page = await newPage(browser)
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${SPIRAL}`)
    await page.click('#play-pause-button')
    const STEPS_PER_EPOCH = 25
    return await measure(page, seconds, async () => {
      const epochs = await page.evaluate(() => document.querySelector('#iter-number')?.textContent)
      return STEPS_PER_EPOCH * Number(epochs?.replace(/\D/g, ''))
    })
  } finally {
    server.close()
  }
}

const newPage = async (browser: Browser): Promise<Page> => (await browser.newContext({ viewport: VIEWPORT })).newPage()

const WARM_UP_SECONDS = 2

async function measure(page: Page, seconds: number, steps: () => Promise<number>): Promise<PageSpeed> {
  await page.waitForTimeout(WARM_UP_SECONDS * MILLISECONDS_PER_SECOND)
  await page.evaluate(() => {
    const counted = { frames: 0, longest: 0, since: performance.now() }
    Object.assign(window, { counted })
    const count = () => {
      counted.frames += 1
      requestAnimationFrame(count)
    }
    requestAnimationFrame(count)
    new PerformanceObserver(list => {
      for (const { duration } of list.getEntries()) counted.longest = Math.max(counted.longest, duration)
    }).observe({ type: 'longtask' })
  })
  const before = await steps()
  await page.waitForTimeout(seconds * MILLISECONDS_PER_SECOND)
  const after = await steps()
  const { frames, longest, passed } = await page.evaluate(() => {
    const { counted } = window as unknown as { counted: { frames: number; longest: number; since: number } }
    return { ...counted, passed: performance.now() - counted.since }
  })
  await page.context().close()
  return {
    stepsPerSecond: (MILLISECONDS_PER_SECOND * (after - before)) / passed,
    framesPerSecond: (MILLISECONDS_PER_SECOND * frames) / passed,
    longestTask: longest,
  }
}

const ROUNDS = { full: 3, quick: 1 } as const
const SECONDS = { full: 10, quick: 2 } as const

/** Medians over the rounds; the longest task of all. */
export type PageReport = Readonly<Record<string, PageSpeed>>

/** Both pages in turns, so that a busy moment of the machine affects both. Without a clone, only ours. */
export async function benchPages(root: string, clone: string | null, quick: boolean): Promise<PageReport> {
  const [rounds, seconds] = [ROUNDS, SECONDS].map(({ full, quick: few }) => (quick ? few : full))
  const files = clone === null ? null : await tensorflowPage(clone)
  const browser = await openBrowser()
  try {
    const [ours, theirs]: PageSpeed[][] = [[], []]
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await ourPage(browser, root, seconds))
      if (files) theirs.push(await theirPage(browser, files, seconds))
    }
    return { ours: summary(ours), ...(files && { 'TensorFlow Playground': summary(theirs) }) }
  } finally {
    await browser.close()
  }
}

function summary(speeds: readonly PageSpeed[]): PageSpeed {
  const median = (of: (speed: PageSpeed) => number) =>
    speeds.map(of).sort((a, b) => a - b)[Math.floor(speeds.length / 2)]
  return {
    stepsPerSecond: median(({ stepsPerSecond }) => stepsPerSecond),
    framesPerSecond: median(({ framesPerSecond }) => framesPerSecond),
    longestTask: Math.max(...speeds.map(({ longestTask }) => longestTask)),
  }
}

/** A report as lines of text. */
export function pageTable(report: PageReport): string {
  const reference = report['TensorFlow Playground'] as PageSpeed | undefined
  const row = ([name, { stepsPerSecond, framesPerSecond, longestTask }]: [string, PageSpeed]) => {
    const times = reference ? `  ${(stepsPerSecond / reference.stepsPerSecond).toFixed(2)}×` : ''
    const task = longestTask === 0 ? 'no task over 50 ms' : `longest task ${Math.round(longestTask)} ms`
    const steps = Math.round(stepsPerSecond).toLocaleString('en').padStart(10)
    return `  ${name.padEnd(24)}${steps} steps/s${times}, ${Math.round(framesPerSecond)} frames/s, ${task}`
  }
  return ['the page, spiral, 6 × 8 tanh', ...Object.entries(report).map(row)].join('\n')
}
