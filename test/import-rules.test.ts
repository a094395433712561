import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

/** Each import rule must really fail: an import that it forbids is planted. */

const ROOT = resolve(import.meta.dirname, '..')
// What `require` returns has no type.
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as Required<IConfiguration>
// Planted in a copy of the sources, so that nothing else that reads the tree meets them.
const copy = mkdtempSync(join(tmpdir(), 'backprop-imports-'))
const planted: string[] = []

beforeAll(() => {
  const skip = ['.cache', '.turbo', 'attacks', 'fixtures']
  for (const folder of ['packages', 'labs', 'solutions', 'grader'])
    cpSync(join(ROOT, folder), join(copy, folder), {
      recursive: true,
      verbatimSymlinks: true,
      filter: source => !skip.includes(basename(source)),
    })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction')
})
afterEach(() => {
  for (const file of planted.splice(0)) rmSync(file, { force: true })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

function plant(file: string, code: string): string {
  const path = join(copy, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, code)
  planted.push(path)
  return file
}

async function violations(files: string[]): Promise<string[]> {
  const { output } = await cruise(files, { ...config.options, baseDir: copy, validate: true, ruleSet: config })
  return [...new Set((output as ICruiseResult).summary.violations.map(violation => violation.rule.name))].sort()
}

const CASES: [rule: string, file: string, code: string][] = [
  ['core-imports-no-other-package', 'packages/core/src/planted.ts', "import '../../testkit/src/todo.ts'"],
  ['backends-import-only-core', 'packages/backend-wasm/src/planted.ts', "import '../../nn/src/index.ts'"],
  ['nn-imports-only-core', 'packages/nn/src/planted.ts', "import '../../datasets/src/index.ts'"],
  ['plain-data-packages-import-no-tensors', 'packages/datasets/src/planted.ts', "import '../../core/src/index.ts'"],
  ['plain-data-packages-import-no-tensors', 'packages/plots/src/planted.ts', "import '../../datasets/src/index.ts'"],
  ['plain-data-packages-import-no-tensors', 'packages/report/src/planted.ts', "import '../../course/src/index.ts'"],
  ['plain-data-packages-import-no-tensors', 'packages/safe-text/src/planted.ts', "import '../../course/src/index.ts'"],
  ['testkit-imports-no-other-package', 'packages/testkit/src/planted.ts', "import '../../core/src/index.ts'"],
  ['test-runner-imports-only-testkit', 'packages/test-runner/src/planted.ts', "import '../../course/src/index.ts'"],
  ['packages-import-no-labs', 'packages/lab-cli/src/planted.ts', "import '../../../labs/01-perceptron/main.ts'"],
  ['labs-are-independent', 'labs/05-mnist-mlp/src/planted.ts', "import '../../01-perceptron/src/perceptron.ts'"],
  [
    'solutions-are-independent',
    'solutions/05-mnist-mlp/src/planted.ts',
    "import '../../01-perceptron/src/perceptron.ts'",
  ],
  [
    'solutions-are-private',
    'labs/01-perceptron/src/planted.ts',
    "import '../../../solutions/01-perceptron/src/perceptron.ts'",
  ],
  ['hidden-suites-are-private', 'labs/01-perceptron/src/planted.ts', "import '../hidden/reference.ts'"],
  ['hidden-suites-import-no-student-code', 'labs/01-perceptron/hidden/planted.ts', "import '../src/perceptron.ts'"],
  [
    'only-hidden-suites-import-the-grader',
    'labs/01-perceptron/test/planted.ts',
    "import '../../../grader/src/pipeline/suite/index.ts'",
  ],
  ['grader-imports-no-labs', 'grader/src/planted.ts', "import '../../labs/01-perceptron/main.ts'"],
  ['suites-load-no-vite', 'grader/src/sandbox/planted.ts', "import '../../../packages/test-runner/src/index.ts'"],
  ['browser-code-imports-no-node', 'packages/core/src/planted.ts', "import 'node:fs'"],
  ['browser-code-imports-no-node', 'packages/plots/src/planted.ts', "import 'node:fs'"],
  ['source-imports-no-tests', 'packages/core/src/planted.ts', "import '../test/helper.test.ts'"],
  ['packages-import-only-entries', 'packages/nn/src/planted.ts', "import '../../core/src/shape.ts'"],
  ['every-import-resolves', 'packages/core/src/planted.ts', "import './nowhere.ts'"],
]

describe('import rules', () => {
  test.each(CASES)('%s: %s', async (rule, file, code) => {
    if (rule === 'source-imports-no-tests') plant('packages/core/test/helper.test.ts', 'export {}')
    expect(await violations([plant(file, code)])).toContain(rule)
  })

  test('no-file-cycles', async () => {
    plant('packages/core/src/planted-a.ts', "import './planted-b.ts'")
    plant('packages/core/src/planted-b.ts', "import './planted-a.ts'")
    expect(await violations(['packages/core/src/planted-a.ts'])).toContain('no-file-cycles')
  })

  test('no-folder-cycles', async () => {
    // No file is in a cycle, but each folder needs the other.
    plant('packages/core/src/planted-a/top.ts', "import '../planted-b/bottom.ts'")
    plant('packages/core/src/planted-a/bottom.ts', 'export {}')
    plant('packages/core/src/planted-b/top.ts', "import '../planted-a/bottom.ts'")
    plant('packages/core/src/planted-b/bottom.ts', 'export {}')
    const files = ['planted-a/top.ts', 'planted-b/top.ts'].map(file => `packages/core/src/${file}`)
    expect(await violations(files)).toEqual(['no-folder-cycles'])
  })

  test('each rule has an import planted for it', () => {
    const planted = new Set([...CASES.map(([rule]) => rule), 'no-file-cycles', 'no-folder-cycles'])
    expect([...planted].sort()).toEqual(config.forbidden.map(rule => rule.name).sort())
  })

  test('what is meant to be allowed is allowed', async () => {
    const hidden = plant(
      'labs/01-perceptron/hidden/planted.ts',
      "import '@backprop/grader/suite'\nimport '@backprop/core'\nimport type {} from '../src/perceptron.ts'\nexport type Lab = typeof import('../src/perceptron.ts')",
    )
    const suite = plant('labs/05-mnist-mlp/src/planted.ts', "import '@backprop/core'\nimport '@backprop/nn'")
    const grader = plant('grader/src/planted.ts', "import '@backprop/report'\nimport '@backprop/visible-tests'")
    expect(await violations([hidden, suite, grader])).toEqual([])
  })
})
