import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@backprop/testkit'
import { afterAll, beforeAll, describe } from 'vitest'
import { buildSite } from '../../src/server/build-site.ts'
import { epochOf, launch, noChromium, openPage, SOON } from './chromium.ts'
import { serveFolder } from './static-server.ts'

/** `pnpm playground --build DIR`: a site for any web server. */

const ROOT = resolve(import.meta.dirname, '../../../..')
const MOST_COMPRESSED_BYTES = 400_000
const around = mkdtempSync(join(tmpdir(), 'site zoë '))
const out = join(around, 'pages')

beforeAll(() => buildSite({ root: ROOT, out, base: './', quiet: true }))
afterAll(() => rmSync(around, { recursive: true, force: true }))

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))

/** What each tab needs besides its code. */
const TABS = {
  Digits: 'trained/05-mnist-mlp.safetensors',
  Photographs: 'trained/06-cifar-cnn.safetensors',
  Words: 'trained/10-attention.safetensors',
}

const CODE = ['.html', '.js', '.css', '.wasm']
const code = () => filesIn(out).filter(file => CODE.includes(extname(file)))

test('its code is small: weights and data come when they are needed', () => {
  const sizes = code().map(file => gzipSync(readFileSync(file)).length)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_COMPRESSED_BYTES)
})

const sources = (pattern: string): string[] =>
  globSync(pattern, { cwd: ROOT }).map(file => readFileSync(join(ROOT, file), 'utf8'))

/** Texts of at least `length` characters that code contains: what survives when a bundler renames everything else. */
const textsIn = (source: string, length: number): string[] =>
  [...source.matchAll(/'([^'\\\n]+)'|`([^`\\$]+)`/g)].map(([, a, b]) => a ?? b).filter(text => text.length >= length)

/** The reader of source maps, which comes with the slots, has it as a part of base64. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'

test('nothing of a solution or of a hidden test is in it', () => {
  const secrets = sources('{solutions/*/src,labs/*/hidden}/**/*.ts')
  // What students get anyway, such as the messages of functions that are given.
  const known = sources('labs/*/src/**/*.ts')
  const texts = secrets.flatMap(source => textsIn(source, 16))
  const distinctive = texts.filter(
    text => !text.startsWith('@backprop/') && text !== ALPHABET && !known.some(source => source.includes(text)),
  )
  expect(distinctive.length).toBeGreaterThan(300)
  const site = filesIn(out).map(file => readFileSync(file, 'utf8')).join('\n') // prettier-ignore
  expect(distinctive.filter(text => site.includes(text))).toEqual([])
  expect(/SOLUTION\(|\/hidden\//.exec(site)).toBeNull()
})

test('a folder with other files is never emptied, one with an earlier site is', async () => {
  const other = join(around, 'other')
  await buildSite({ root: ROOT, out: other, base: './', quiet: true })
  writeFileSync(join(other, 'old.js'), '')
  await buildSite({ root: ROOT, out: other, base: '/course/', quiet: true })
  expect(readdirSync(other)).not.toContain('old.js')
  expect(readFileSync(join(other, 'index.html'), 'utf8')).toContain('src="/course/assets/')
  writeFileSync(join(around, 'thesis.txt'), '')
  await expect(buildSite({ root: ROOT, out: around, base: './', quiet: true })).rejects.toThrow(
    `"${around}" contains other files, and building the site would delete them. Give a new or an empty folder.`,
  )
})

describe.skipIf(noChromium)(`in a browser${noChromium}`, () => {
  test('it trains at any path, asks nothing of other hosts, and nothing goes wrong', async () => {
    const server = await serveFolder(out, '/some/sub/path/')
    const browser = await launch()
    try {
      const { page, errors, requests } = await openPage(browser, new URL(server.url).host)
      await page.goto(server.url)
      await page.getByRole('button', { name: 'Play' }).click()
      await expect.poll(() => epochOf(page), SOON).toBeGreaterThan(20)
      for (const [tab, file] of Object.entries(TABS)) {
        // Going to the next tab before its end would be a failed request. The page was idle once, so that says nothing here.
        const loaded = page.waitForEvent('requestfinished', request => request.url().endsWith(file))
        await page.getByRole('navigation', { name: 'Tabs' }).getByText(tab).click()
        await loaded
      }
      expect(errors).toEqual([])
      expect(requests.filter(address => !address.startsWith(server.url) && !/^(blob|data):/.test(address))).toEqual([])
    } finally {
      await browser.close()
      server.close()
    }
  })
})
