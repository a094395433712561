import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { type Watcher, watchSaves } from '../src/watch.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'watch zoë ')))
const file = join(folder, 'tanh.ts')
let watcher: Watcher | undefined

/** On a busy machine; it takes a tenth of a second on an idle one. */
const LONGEST_MS = 60_000

afterEach(async () => {
  await watcher?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('of a file that is written in two steps, the second is read too, whatever the time between them', async () => {
  writeFileSync(file, 'start')
  let read = ''
  watcher = watchSaves(folder, [folder], {
    onSave: () => (read = readFileSync(file, 'utf8')),
    onError: why => expect.unreachable(why),
  })
  const write = (text: string) => writeFileSync(file, text)
  const isRead = (text: string) => vi.waitFor(() => expect(read).toBe(text), { timeout: LONGEST_MS })
  // Until the watcher is there, nothing is reported.
  await vi.waitFor(() => (write('ready'), expect(read).toBe('ready')), { timeout: LONGEST_MS, interval: 200 })
  for (let gap = 30; gap <= 70; gap += 1) {
    write('first step')
    await sleep(gap)
    write(`second step after ${gap} ms`)
    await isRead(`second step after ${gap} ms`)
  }
})
