import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { libtensorflow } from '@backprop/backend-tfjs/libtensorflow'
import type { Report } from '@backprop/report'
import { afterAll, describe, expect, test } from 'vitest'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'
import { gradeWith } from './native/grade-with.ts'
import { handIn } from './native/hand-in.ts'
import { plant } from './native/planted-tfjs-node.ts'
import { course } from './tiny-labs.ts'

/** Labs on a real libtensorflow, which may abort or run out of memory, and the doctor with one that is damaged. */

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

/** The real library, but the hyperbolic tangent asks it for a tensor of 255 axes, which TensorFlow checks too late. */
const aborting = (packages: string) => `
const tf = require(${JSON.stringify(join(packages, '@tensorflow/tfjs-node'))})
function kernelFunc({ backend }) {
  const { binding } = backend
  const type = (name, value) => ({ name, type: binding.TF_ATTR_TYPE, value })
  const shape = tf.tensor1d(new Int32Array(255).fill(1), 'int32')
  const types = [type('T', binding.TF_FLOAT), type('Tshape', binding.TF_INT32)]
  return backend.executeSingleOutput('Reshape', types, [tf.tensor1d([1]), shape])
}
const getKernel = (name, backend) => (name === 'Tanh' ? { kernelFunc } : tf.getKernel(name, backend))
module.exports = { backend: tf.backend, version: tf.version, getKernel }`

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

  test('a submission with which TensorFlow aborts has no score, and the words say what TensorFlow said', async () => {
    const planted = mkdtempSync(join(folder, 'aborting-'))
    plant(planted, 'tfjs-node', aborting(packages))
    const home = handIn(folder, 'ada', 'core.add(core.mul(x, factor), core.tanh(x))')
    const args = ['2', '--submission', home, '--report', join(folder, 'aborted'), '--backend', 'tfjs-node']
    const { code, stderr } = await gradeWith(planted, course, 'grade', ...args)
    expect(code).toBe(2)
    expect(stderr).toContain('the device failed while 02-scale was graded, and again on a second try')
    expect(stderr).toMatch(/ended its process with SIGABRT; it last printed: .*Check failed: ndims_byte\(\)/)
    expect(stderr).toContain('grade with another backend, such as --backend wasm')
  })

  test('a submission that wants too much memory loses the points of that test, and the log says how much it may have', async () => {
    // 512 MB are the lab's limit; the first result alone has 256.
    const once =
      'x.shape[1] === 1 ? core.mul(core.broadcastTo(core.broadcastTo(x, [2, 2 ** 25]), [2, 2 ** 25]), factor) : '
    const home = handIn(folder, 'bo', `${once}core.mul(x, factor)`)
    const out = join(folder, 'hoarded')
    const args = ['2', '--submission', home, '--report', out, '--backend', 'tfjs-node']
    const { code, stderr } = await gradeWith(packages, course, 'grade', ...args)
    expect(code, stderr).toBe(1)
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report
    expect(report.points).toBe(70)
    const shape = report.labs[0].exercises[0].tests.find(({ id }) => id === 'shape')
    expect(shape?.status).toBe('out-of-memory')
    expect(readFileSync(join(out, 'log.json'), 'utf8')).toContain('wanted more than 512 MB of memory on the device')
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
