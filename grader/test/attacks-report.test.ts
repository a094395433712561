import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { grade } from '../src/cli/grade-command.ts'
import { run } from './running.ts'

/** a submission in which something lies where the report will go, should the report be asked for in there. */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backprop-report-'))
  mkdirSync(join(folder, 'report'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(process.platform === 'win32' /* has neither */)(
  'links and pipes in the place of a report are replaced',
  async () => {
    const [victim, report] = ['victim', 'report'].map(name => join(folder, name))
    writeFileSync(victim, 'mine')
    symlinkSync(victim, join(report, 'report.json'))
    symlinkSync(join(folder, 'nowhere'), join(report, 'log.json'))
    execFileSync('mkfifo', [join(report, 'report.html')])

    // There is nothing to grade in it, which is quick, and a report all the same.
    const { code } = await run(grade, ['1', '--submission', folder, '--report', report])
    expect(code).toBe(1)
    expect(readFileSync(victim, 'utf8')).toBe('mine')
    for (const name of ['report.json', 'report.html', 'log.json'])
      expect(lstatSync(join(report, name)).isFile(), name).toBe(true)
    expect(JSON.parse(readFileSync(join(report, 'report.json'), 'utf8'))).toMatchObject({ points: 0, maxPoints: 100 })
  },
)
