import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '@backprop/report'
import { describe, expect, test } from 'vitest'
import { verify as verifyCommand } from '../src/cli/verify-command.ts'
import { renderPage } from '../src/report/report-page.ts'
import { keyId, makeKeys } from '../src/signing/keys.ts'
import { sign } from '../src/signing/sign.ts'
import { presentCourse, verify } from '../src/signing/verify.ts'
import { run } from './running.ts'
import { reportOf } from './signed.ts'
import { course as root, labs } from './tiny-labs.ts'

const { privatePem, publicPem } = makeKeys()
const [privateKey, publicKey] = [createPrivateKey(privatePem), createPublicKey(publicPem)]
const course = await presentCourse(labs)
const signed = sign(reportOf(), privateKey)

describe('what is said of a report', () => {
  const { signature: _, ...unsigned } = signed
  const faults = (report: Report) => verify(report, publicKey, course).faults

  test('nothing, of a good one', () => {
    expect(verify(signed, publicKey, course)).toEqual({ report: signed, faults: [], notes: [] })
  })

  test('that it was changed, but not what', () => {
    const forged = { ...signed, submission: 'grace' }
    expect(faults(forged)).toEqual(['something in it was changed after it was signed; a signature cannot tell what.'])
  })

  test('that it carries no signature', () => {
    expect(faults(unsigned)).toEqual(['it carries no signature: no key was configured where it was graded.'])
  })

  test('that it was signed with another key', () => {
    const other = createPrivateKey(makeKeys().privatePem)
    expect(faults(sign(unsigned, other))).toEqual([
      `it names another key, ${keyId(other).slice(0, 16)}, and was checked with ${keyId(publicKey).slice(0, 16)}.`,
    ])
  })

  test('that its points do not add up, and that ids occur twice', () => {
    const [lab] = unsigned.labs
    expect(faults(sign({ ...unsigned, points: 11 }, privateKey))).toEqual([
      `the report has 11 points, but its parts have ${unsigned.points}.`,
    ])
    expect(
      faults(sign({ ...unsigned, labs: [lab, lab], points: 2 * unsigned.points, maxPoints: 200 }, privateKey)),
    ).toEqual(['the report lists 01-neuron twice.'])
  })

  test('that a failed test gives points', () => {
    const report = structuredClone(unsigned)
    report.labs[0].exercises[0].tests[2].status = 'failed'
    expect(faults(sign(report, privateKey))).toEqual(['01-neuron score/one-row is "failed" and gives 5 points, not 0.'])
  })

  test('that its tests are not those of the course that it names', () => {
    const report = structuredClone(unsigned)
    const [first, second] = report.labs[0].exercises[1].tests
    const { points } = first
    second.id = 'ties'
    first.maxPoints = first.points = 7
    report.labs[0].exercises[1].points = report.labs[0].exercises[1].maxPoints = 7
    expect(faults(sign(report, privateKey))).toEqual(
      expect.arrayContaining([
        '01-neuron predict/tie-at-zero is missing.',
        '01-neuron predict/ties is not a test of the course.',
        `01-neuron predict/signs is worth ${points} points in the course, not 7.`,
      ]),
    )
  })

  test('that the course has changed since, or lost the lab; neither makes it wrong', () => {
    const old = structuredClone(unsigned)
    old.labs[0].provenance.suiteHash = 'b'.repeat(64)
    expect(verify(sign(old, privateKey), publicKey, course)).toMatchObject({
      faults: [],
      notes: ['the tests of 01-neuron have changed since, so its points could not be compared with them.'],
    })
    expect(verify(signed, publicKey, new Map()).notes).toEqual([
      '01-neuron is not a lab of this course, so its points could not be compared.',
    ])
  })
})

describe('pnpm grade verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'class of zoë '))
  const env = { BACKPROP_PUBLIC_KEY: publicPem }
  const write = (student: string, content: string) => {
    mkdirSync(join(folder, student), { recursive: true })
    writeFileSync(join(folder, student, 'report.json'), content)
    return join(folder, student, 'report.json')
  }
  const good = write('ada', JSON.stringify(signed))

  test('a good report is exit code 0', async () => {
    const { code, stdout } = await run(verifyCommand, [good], { course: root, env })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        `✓ ${good}: ada, ${signed.points} of 100 points, graded 2026-11-21T12:00:00.000Z\n\n` +
        `1 of 1 are signed with key ${keyId(publicKey).slice(0, 16)} and unchanged.\n`,
    })
  })

  test('a folder means every report in it; one bad report is exit code 1, and the others are still checked', async () => {
    const evil = 'grace\n✓ forged\u001b[2J\u202e'
    const bad = [
      write('grace', JSON.stringify({ ...signed, submission: evil })),
      write('joan', 'no JSON'),
      write('kathleen', '{}'),
      write('mary', JSON.stringify({ ...signed, points: -1 })),
    ]
    write('zoë', JSON.stringify(sign(reportOf(evil), privateKey)))
    writeFileSync(join(folder, 'class.json'), 'is no report')
    const { code, stdout } = await run(verifyCommand, [folder], { course: root, env })
    expect(code).toBe(1)
    expect(stdout).toContain(`✗ ${bad[0]}: something in it was changed after it was signed;`)
    expect(stdout).toContain(`✗ ${bad[1]}: it is not JSON: `)
    expect(stdout).toContain(`✗ ${bad[2]}: it is not a report: "schema" is not "backprop/report/v1".`)
    expect(stdout).toContain(`✗ ${bad[3]}: it does not fit the schema: points: Too small`)
    expect(stdout).toContain('2 of 6 are signed')
    expect(stdout, 'a name cannot start a line').not.toMatch(/^✓ forged|[^\P{Cc}\n]|\u202e/mu)
  })

  test('a page is checked by the report that it carries, and must be what that report is shown as', async () => {
    const pages = mkdtempSync(join(tmpdir(), 'backprop-pages-'))
    const put = (name: string, text: string) => {
      mkdirSync(join(pages, name))
      writeFileSync(join(pages, name, 'report.html'), text)
      return join(pages, name, 'report.html')
    }
    const text = renderPage(signed)
    const fine = put('fine', text)
    const nicer = put('nicer', text.replace(`<strong>${signed.points}</strong>`, '<strong>100</strong>'))
    const forged = put('forged', renderPage({ ...signed, points: 100 }))
    const hidden = put('hidden', text.replace('</header>', '</header><style>main{display:none}</style>'))
    const other = put('other', '<!doctype html><p>of somebody else')
    const names = put('names', renderPage(sign(reportOf('</script>\u202e"\u0000\ud800'), privateKey)))
    const { code, stdout } = await run(verifyCommand, [pages], { course: root, env })
    expect(code).toBe(1)
    expect(stdout).toContain(`✓ ${fine}: ada, ${signed.points} of 100 points`)
    expect(stdout).toContain(`✓ ${names}: `)
    const shown = 'the page does not show the report that is in it'
    expect(stdout).toContain(`✗ ${nicer}: ${shown}`)
    expect(stdout).toContain(`✗ ${hidden}: ${shown}`)
    expect(stdout).toContain(`✗ ${forged}: something in it was changed after it was signed;`)
    expect(stdout).toContain(`✗ ${other}: it is a page without a report in it.`)
    expect(stdout).toContain('2 of 6 are signed')
  })

  test('a report of any size, shape or kind does not keep the others from being checked', async () => {
    const odd = mkdtempSync(join(tmpdir(), 'backprop-odd-'))
    const put = (name: string, text: string) => {
      mkdirSync(join(odd, name))
      writeFileSync(join(odd, name, 'report.json'), text)
    }
    const long = sign(reportOf('x\\"'.repeat(2 << 20)), privateKey)
    put('a-long', JSON.stringify(long))
    put('b-deep', `{"schema":"backprop/report/v1","labs":${'['.repeat(1 << 20)}${']'.repeat(1 << 20)}}`)
    put('c-huge', ' '.repeat((16 << 20) + 1))
    put('d-twice', JSON.stringify(signed).replace('{', '{"points":100,'))
    put('e-good', JSON.stringify(signed))
    mkdirSync(join(odd, 'f-folder', 'report.json'), { recursive: true })
    const { code, stdout } = await run(verifyCommand, [odd], { course: root, env })
    expect(code).toBe(1)
    expect(stdout).toMatch(/✓ \S*a-long/)
    expect(stdout).toMatch(/✗ \S*b-deep/)
    expect(stdout).toMatch(/✗ \S*c-huge\S*: it has 16777217 bytes; no report is that large\./)
    expect(stdout).toMatch(/✗ \S*d-twice\S*: it has the same key twice in one object\./)
    expect(stdout).toMatch(/✓ \S*e-good/)
    expect(stdout).toContain('2 of 5 are signed')
    const pipe = await run(verifyCommand, ['/dev/null'], { course: root, env })
    expect(pipe.stdout).toContain('✗ /dev/null: it is not a file.')
  })

  test('says what a report of visible tests is', async () => {
    const visible = write('visible', JSON.stringify(sign({ ...reportOf(), suite: 'visible' }, privateKey)))
    const { code, stdout } = await run(verifyCommand, [visible], { course: root, env })
    expect(code).toBe(0)
    expect(stdout).toContain('  note: it is a report of the visible tests: feedback, not a grade.\n')
  })

  test('what cannot be done is a sentence', async () => {
    const refusal = (args: string[], given = env) =>
      expect(run(verifyCommand, args, { course: root, env: given })).rejects
    await refusal([good], {} as typeof env).toThrow('Verifying needs a public key: give its file with --key')
    await refusal([join(folder, 'nobody')]).toThrow('There is no file or folder')
    await refusal([mkdtempSync(join(tmpdir(), 'empty-'))]).toThrow('There is no report.json or report.html in')
    await refusal([]).toThrow("missing required argument 'paths'")
  })
})
