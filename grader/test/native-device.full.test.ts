import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '@backprop/report'
import { afterAll, describe, expect, test } from 'vitest'
import type { ClassReport } from '../src/class/class-report.ts'
import { gradeWith } from './native/grade-with.ts'
import { handIn } from './native/hand-in.ts'
import { computing, plant, plantTruncated } from './native/planted-tfjs-node.ts'
import { course } from './tiny-labs.ts'

/** Native libraries that end their process: real processes that really die, in the place of libtensorflow. */

const folder = mkdtempSync(join(tmpdir(), 'native device '))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const made = (name: string): string => mkdtempSync(join(folder, name))

const RIGHT = 'core.mul(x, factor)'
/** Kernels that the course has no use for, and what becomes of a process that calls them. */
const DEADLY = `
  if (name === 'Tanh') process.kill(process.pid, 'SIGSEGV')
  if (name === 'Sigmoid') throw new Error('Invalid TF_Status: 10')`

describe('a native library that does not survive', () => {
  test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'being loaded: the doctor does, and says what to do',
    async () => {
      const packages = made('damaged')
      const home = plant(packages, 'tfjs-node', '')
      plant(packages, 'tfjs-node', plantTruncated(home))
      const foreign = "process.stderr.write('node: symbol lookup error: undefined symbol: TF_Version\\n')"
      plant(packages, 'tfjs-node-gpu', `${foreign}\nprocess.reallyExit(127)`)
      const { code, stdout } = await gradeWith(packages, course, 'doctor')
      expect(code).toBe(0)
      expect(stdout).toContain(
        '✗ tfjs-node     its native library ended its process with SIGBUS, as a damaged or truncated file does\n',
      )
      expect(stdout).toContain(
        'fix: delete the folder node_modules/@tensorflow/tfjs-node/deps, then run pnpm rebuild @tensorflow/tfjs-node,',
      )
      expect(stdout).toContain(
        '✗ tfjs-node-gpu its native library ended its process with exit code 127, as a library of another version does; ' +
          'it last printed: node: symbol lookup error: undefined symbol: TF_Version\n',
      )
    },
  )

  test('one submission: it has no score, and the class goes on', async () => {
    const packages = made('deadly')
    plant(packages, 'tfjs-node', computing(DEADLY))
    const [submissions, reports] = [made('class'), join(made('reports'), 'r')]
    handIn(submissions, 'ada', RIGHT)
    handIn(submissions, 'bo', `core.add(${RIGHT}, core.tanh(x))`)
    handIn(submissions, 'cy', `core.add(${RIGHT}, core.sigmoid(x))`)
    handIn(submissions, 'eve', 'core.add(x, factor)')
    const args = [
      '--labs',
      '2',
      '--submissions',
      submissions,
      '--report',
      reports,
      '--backend',
      'tfjs-node',
      '--jobs',
      '2',
    ]
    const { code, stderr } = await gradeWith(packages, course, 'class', ...args)
    expect(stderr).not.toContain('bug')
    expect(code).toBe(2)
    const { students } = JSON.parse(readFileSync(join(reports, 'class.json'), 'utf8')) as ClassReport
    const rows = students.map(row => [row.student, row.status === 'graded' ? row.points : row.status])
    expect(Object.fromEntries(rows)).toEqual({ ada: 100, bo: 'grader-error', cy: 'grader-error', eve: 10 })
    const fault = (student: string) => readFileSync(join(reports, 'logs', `${student}.fault.txt`), 'utf8')
    expect(fault('bo')).toContain(
      'the device failed while 02-scale was graded, and again on a second try: tfjs-node: the device was lost ' +
        '(its native library ended its process with SIGSEGV',
    )
    expect(fault('cy')).toContain('tfjs-node: the device was lost (Invalid TF_Status: 10)')
    expect(fault('cy')).toContain('if it happens again, grade with another backend, such as --backend wasm')
  })

  test('a submission once: it is graded on a second try, and the report says with what', async () => {
    const packages = made('once')
    const mark = JSON.stringify(join(packages, 'died'))
    const once = `if (name === 'Tanh' && !fs.existsSync(${mark})) {
      fs.writeFileSync(${mark}, '')
      process.kill(process.pid, 'SIGSEGV')
    }`
    plant(packages, 'tfjs-node', `const fs = require('node:fs')\n${computing(once)}`)
    const home = handIn(made('one'), 'ada', `core.sub(core.add(${RIGHT}, core.tanh(x)), core.tanh(x))`)
    const out = join(made('report'), 'r')
    const args = ['2', '--submission', home, '--report', out, '--backend', 'tfjs-node']
    const { code } = await gradeWith(packages, course, 'grade', ...args)
    expect(code).toBe(0)
    const report = readFileSync(join(out, 'report.json'), 'utf8')
    expect((JSON.parse(report) as Report).labs[0]).toMatchObject({ points: 100 })
    expect(report).toContain('TensorFlow 0.0.0 through tfjs-node 0.0.0')
  })
})
