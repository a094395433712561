import { join, resolve } from 'node:path'
import { serve } from '../../src/server/serve.ts'
import { epochOf, launch, noChromium, openPage } from './chromium.ts'

/** `pnpm --filter @backprop/playground picture`: the page as the READMEs show it, after a training on the spiral. */

const PACKAGE = resolve(import.meta.dirname, '../..')
const SETUP =
  '#dataset=spiral&activation=tanh&networkShape=8,6,4&seed=0.48213&rule=adam&learningRate=0.01&x=true&y=true'
const EPOCHS = 500

if (noChromium) throw new Error(`The picture cannot be drawn${noChromium}`)
const running = await serve({ root: resolve(PACKAGE, '../..'), solutions: true, port: 0 })
const browser = await launch()
try {
  const { page } = await openPage(browser, new URL(running.url).host)
  await page.goto(`${running.url}${SETUP}`)
  await page.locator('[data-slot=tanh][data-state=yours]').waitFor({ state: 'attached', timeout: 60_000 })
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('as fast as it goes')
  await page.getByRole('button', { name: 'Play' }).click()
  while ((await epochOf(page)) < EPOCHS) await page.waitForTimeout(100)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.waitForTimeout(1500)
  await page.screenshot({ path: join(PACKAGE, 'picture.jpg'), type: 'jpeg', quality: 75 })
} finally {
  await browser.close()
  await running.close()
}
