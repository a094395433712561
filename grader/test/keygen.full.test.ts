import { spawnSync } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { grade } from '../src/cli/grade-command.ts'
import { keygen } from '../src/cli/keygen-command.ts'
import { verify } from '../src/cli/verify-command.ts'
import { COURSE_ROOT } from '../src/course.ts'
import { STRONG } from '../src/pipeline/machine.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { keyId, makeKeys } from '../src/signing/keys.ts'
import { sign, signatureFault } from '../src/signing/sign.ts'
import { run } from './running.ts'
import { reportOf } from './signed.ts'
import { onlySolved } from './submissions.ts'
import { course, neuron as lab } from './tiny-labs.ts'

const { privatePem, publicPem } = makeKeys()
const { id: tier } = await strongestTier()

describe('pnpm grade keygen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keys of zoë '))
  const out = join(folder, 'key')

  test('writes a pair of keys, and says what to do with them', async () => {
    const { code, stdout } = await run(keygen, ['--out', out])
    expect(code).toBe(0)
    expect(stdout).toContain(`BACKPROP_SIGNING_KEY=${out}\n`)
    expect(stdout).toContain(`pnpm grade verify FILE --key "${out}.pub"`)
    expect(stdout).toContain(keyId(createPublicKey(readFileSync(`${out}.pub`))))
    const report = sign(reportOf(), createPrivateKey(readFileSync(out)))
    expect(signatureFault(report, createPublicKey(readFileSync(`${out}.pub`)))).toBeNull()
  })

  test.skipIf(process.platform === 'win32' /* has no modes */)('no one else may read the private key', () => {
    expect((statSync(out).mode & 0o777).toString(8)).toBe('600')
  })

  test('never overwrites, and leaves nothing half done', async () => {
    const before = readFileSync(out, 'utf8')
    await expect(run(keygen, ['--out', out])).rejects.toThrow(
      `"${out}" already exists, and keys are never overwritten.`,
    )
    expect(readFileSync(out, 'utf8')).toBe(before)
    writeFileSync(join(folder, 'other.pub'), 'mine')
    await expect(run(keygen, ['--out', join(folder, 'other')])).rejects.toThrow('other.pub" already exists')
    expect(readdirSync(folder).sort()).toEqual(['key', 'key.pub', 'other.pub'])
  })
})

describe('signing', () => {
  const student = onlySolved(lab, 'predict')
  const solved = lab.manifest.exercises.filter(({ id }) => id === 'predict').flatMap(({ tests }) => tests)
  const points = solved.reduce((sum, test) => sum + test.points, 0)
  const args = (report: string) => [lab.manifest.id, '--submission', student, '--report', report]

  test.skipIf(!STRONG.includes(tier) /* signing is refused then; see below */)(
    'a grade is signed where a key is configured, and verify says so',
    async () => {
      const report = mkdtempSync(join(tmpdir(), 'signed report '))
      const env = { BACKPROP_SIGNING_KEY: privatePem }
      expect(await run(grade, args(report), { course, env })).toMatchObject({ code: 1 })
      const { code, stdout } = await run(verify, [report], { course, env: { BACKPROP_PUBLIC_KEY: publicPem } })
      expect(stdout).toContain(`${points} of 100 points`)
      expect(code).toBe(0)
    },
  )

  test('is refused where the code of students could read the key', () => {
    const report = join(mkdtempSync(join(tmpdir(), 'unsigned report ')), 'report')
    const program = [join(COURSE_ROOT, 'packages/launch/launch.mjs'), join(COURSE_ROOT, 'grader/src/pnpm-grade.ts')]
    // Without their tools there are no strong tiers.
    const env = { ...process.env, PATH: report, BACKPROP_SIGNING_KEY: privatePem }
    const { status, stderr } = spawnSync(process.execPath, [...program, '1', ...args(report).slice(1)], {
      env,
      encoding: 'utf8',
    })
    expect(stderr).toContain('a signed report needs isolation tier A or B, and this machine offers')
    expect(status).toBe(2)
    expect(existsSync(report)).toBe(false)
  })
})
