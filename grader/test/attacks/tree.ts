import { inScore, type Attack } from './attack.ts'

const PATCHED =
  "import { expect } from 'vitest'; const ok = () => ({ pass: true, message: () => '' }); expect.extend({ toBe: ok, toEqual: ok, toBeNear: ok })"
const reexport = (from: string) => `import * as answers from '${from}'\n${inScore('return answers.score(X, w, b)')}`

/** Attacks with the files around the code: configuration that is never read, and imports that are refused. */
export const TREE: readonly Attack[] = [
  {
    id: 'vitest-config',
    title: 'its own vitest.config.ts, whose set-up file replaces the matchers',
    code: '',
    files: {
      'vitest.config.ts':
        "require('fs').writeFileSync('@@MARKS@@/vitest', 'x'); export default { test: { setupFiles: ['./src/setup.ts'] } }",
      'src/setup.ts': PATCHED,
    },
  },
  {
    id: 'vite-config',
    title: 'its own vite.config.js and .env',
    code: '',
    files: {
      'vite.config.js': "require('fs').writeFileSync('@@MARKS@@/vite', 'x')",
      '.env': 'NODE_OPTIONS=--require ./evil.cjs',
    },
  },
  {
    id: 'npmrc',
    title: '.npmrc and pnpm hooks that preload a script',
    code: '',
    files: {
      '.npmrc': 'node-options=--require ./evil.cjs\n',
      '.pnpmfile.cjs': "require('fs').writeFileSync('@@MARKS@@/pnpmfile', 'x')",
      'evil.cjs': "require('fs').writeFileSync('@@MARKS@@/npmrc', 'x')",
      'package.json': '{"scripts":{"prepare":"echo x > @@MARKS@@/prepare","test":"exit 0"}}',
    },
  },
  {
    id: 'tsconfig-paths',
    title: 'tsconfig.json that points a package at a file of its own',
    code: reexport('@backprop/core'),
    files: {
      'tsconfig.json': '{"compilerOptions":{"baseUrl":".","paths":{"@backprop/core":["./src/fake.ts"]}}}',
      'src/fake.ts': 'export const score = () => []',
    },
    refused: 'may not import "@backprop/core"',
  },
  {
    id: 'package-imports',
    title: 'package.json "imports" that lead to the solution',
    code: reexport('#answers'),
    files: { 'package.json': '{"type":"module","imports":{"#answers":"@@SOLUTION@@/src/perceptron.ts"}}' },
    refused: 'may not import "#answers"',
  },
  {
    id: 'node-modules',
    title: 'a package in its own node_modules that shadows ours',
    code: reexport('@backprop/core'),
    files: {
      'node_modules/@backprop/core/package.json': '{"name":"@backprop/core","exports":"./index.js"}',
      'node_modules/@backprop/core/index.js': 'export const score = () => []',
    },
    refused: 'may not import "@backprop/core"',
  },
  {
    id: 'import-solution',
    title: 'a relative import of the solution',
    code: reexport('../../../solutions/01-perceptron/src/perceptron.ts'),
    refused: 'is not a file of this lab',
  },
  {
    id: 'import-absolute',
    title: 'an absolute import of the solution',
    code: reexport('@@SOLUTION@@/src/perceptron.ts'),
    refused: 'this lab may not import',
  },
  {
    id: 'import-raw',
    title: 'the hidden suite as text, through ?raw',
    code: reexport('../hidden/reference.ts?raw'),
    refused: 'is not a file of this lab',
  },
  {
    id: 'import-attribute',
    title: 'a file as text, through an import attribute',
    code: "import text from './perceptron.ts' with { type: 'text' }\nconsole.log(text)",
    refused: 'import attributes are not allowed',
  },
  {
    id: 'huge-source',
    title: 'a source file of 3 MB',
    code: `export const big = [${'1,'.repeat(1_500_000)}]`,
    refused: 'at most 262144 are taken',
  },
]
