import { mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findLabs, solutionDir } from '../src/course.ts'
import { which } from '../src/sandbox/tiers/host.ts'
import { strongestTier } from '../src/sandbox/try-tier.ts'
import { grader } from './grader-process.ts'

const [lab] = await findLabs('01')
const { id: tier } = await strongestTier()
const out = mkdtempSync(join(tmpdir(), 'reports-'))

test.skipIf(tier !== 'A' /* only then is there a weaker tier to fall to */)(
  'without bubblewrap the next tier is used, and the report says why',
  async () => {
    const tools = mkdtempSync(join(tmpdir(), 'tools-'))
    for (const tool of ['setpriv', 'prlimit', 'ldd', 'python3'])
      symlinkSync(which(tool) ?? '/nowhere', join(tools, tool))
    const args = ['1', '--submission', solutionDir(lab), '--report', join(out, 'report'), '--official', '--json']
    const { code, stdout } = await grader(out, args, { env: { PATH: tools } })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      points: 100,
      environment: { tier: 'B', tierReason: 'tier A: bubblewrap is not installed' },
    })
  },
)
