import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { libtensorflow } from '@backprop/backend-tfjs/libtensorflow'
import type { Report } from '@backprop/report'
import { afterAll, describe, expect, test } from 'vitest'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'
import { gradeWith } from './native/grade-with.ts'
import { course } from './tiny-labs.ts'

/** A lab on a real libtensorflow, and the doctor with one that is damaged. */

const built = await libtensorflow()
const [cnn] = await findLabs('06')
const folder = mkdtempSync(join(tmpdir(), 'libtensorflow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LIBRARY = '@tensorflow/tfjs-node/deps/lib/libtensorflow.so.2'

interface Damage {
  readonly name: string
  readonly harm: (library: string) => void
  readonly words: readonly string[]
}

const DAMAGES: readonly Damage[] = [
  {
    name: 'truncated',
    harm: library => {
      copyFileSync(library, `${library}.half`)
      truncateSync(`${library}.half`, Math.floor(statSync(library).size / 2))
      renameSync(`${library}.half`, library)
    },
    words: ['SIGBUS, as a damaged or truncated file does'],
  },
  {
    name: 'another one',
    harm: library => {
      rmSync(library)
      const options = ['-shared', '-fPIC', '-x', 'c', '-', '-Wl,-soname,libtensorflow.so.2', '-o', library]
      execFileSync('gcc', options, { input: 'int nothing;' })
    },
    words: ['exit code 127, as a library of another version does; it last printed: ', 'undefined symbol: TF'],
  },
  {
    name: 'missing',
    harm: library => rmSync(library),
    words: ['✗ tfjs-node     libtensorflow, which the install script downloads, is missing'],
  },
]

if ('missing' in built) test.skip(`grading on libtensorflow (skipped: ${built.missing})`)
else describe('grading on libtensorflow', () => onLibrary(join(built.folder, 'node_modules')))

function onLibrary(packages: string): void {
  test('the solution of lab 06 gets full marks, and the report says with what', async () => {
    const out = join(folder, 'report')
    const args = ['6', '--submission', solutionDir(cnn), '--report', out, '--backend', 'tfjs-node']
    const { code, stderr } = await gradeWith(packages, COURSE_ROOT, 'grade', ...args)
    expect(code, stderr).toBe(0)
    const report = readFileSync(join(out, 'report.json'), 'utf8')
    expect((JSON.parse(report) as Report).points).toBe(100)
    expect(report).toMatch(/TensorFlow 2\.\d+\.\d+ through tfjs-node 4\.\d+\.\d+/)
  })

  test.each(DAMAGES)('the doctor survives a library that is $name, and says what to do', async ({ harm, words }) => {
    // Links, because it has 1 GB; so a library is replaced, never written to.
    const copy = mkdtempSync(join(packages, '../damaged-'))
    execFileSync('cp', ['--archive', '--link', `${packages}/.`, copy])
    harm(join(copy, LIBRARY))
    const { stdout } = await gradeWith(copy, course, 'doctor')
    for (const each of words) expect(stdout).toContain(each)
    expect(stdout).toContain(
      'delete the folder node_modules/@tensorflow/tfjs-node/deps, then run pnpm rebuild @tensorflow/tfjs-node',
    )
    expect(stdout).toContain('Trial run')
    rmSync(copy, { recursive: true })
  })
}
