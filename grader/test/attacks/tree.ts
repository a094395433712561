import { type Attack, inScore } from './attack.ts'

const PATCHED =
  "import { expect } from 'vitest'; const ok = () => ({ pass: true, message: () => '' }); expect.extend({ toBe: ok, toEqual: ok, toBeNear: ok })"
const reexport = (from: string) => `import * as answers from '${from}'\n${inScore('return answers.score(X, w, b)')}`

/** Configuration, scripts, caches and packages around the code, none of which is ever read: C-01 … C-06. */
export const TREE: readonly Attack[] = [
  {
    id: 'vitest-config',
    idea: 'C-01',
    title: 'a vitest.config.ts whose set-up file replaces the matchers and edits reports at the end',
    code: '',
    files: {
      'vitest.config.ts':
        "require('fs').writeFileSync('@@MARKS@@/vitest', 'x'); process.on('exit', () => require('fs').writeFileSync('@@REPORT@@', '{}')); export default { test: { setupFiles: ['./src/setup.ts'] } }",
      'src/setup.ts': PATCHED,
    },
  },
  {
    id: 'vite-config',
    idea: 'C-01',
    title: 'a vite.config.js and .env',
    code: '',
    files: {
      'vite.config.js': "require('fs').writeFileSync('@@MARKS@@/vite', 'x')",
      '.env': 'NODE_OPTIONS=--require ./evil.cjs',
    },
  },
  {
    id: 'own-suite',
    idea: 'C-01',
    title: 'a lab.json with hidden and visible tests in which everything passes',
    code: '',
    files: {
      'lab.json': '{"id":"01-neuron","exercises":[]}',
      'hidden/score.test.ts': "require('fs').writeFileSync('@@MARKS@@/hidden', 'x')",
      'test/score.test.ts': "require('fs').writeFileSync('@@MARKS@@/visible', 'x')",
    },
  },
  {
    id: 'package-scripts',
    idea: 'C-02',
    title: 'package.json with lifecycle scripts, overrides and another type',
    code: '',
    files: {
      'package.json':
        '{"type":"commonjs","packageManager":"evil@1","scripts":{"preinstall":"echo x > @@MARKS@@/preinstall","prepare":"echo x > @@MARKS@@/prepare","test":"exit 0"},"pnpm":{"overrides":{"vitest":"file:./src"}}}',
    },
  },
  {
    id: 'npmrc',
    idea: 'C-03',
    title: '.npmrc, .yarnrc, workspace files and hooks that preload a script',
    code: '',
    files: {
      '.npmrc': 'node-options=--require ./evil.cjs\nscript-shell=./evil.cjs\n',
      '.yarnrc.yml': 'yarnPath: ./evil.cjs\n',
      '.node-version': '0.10.0\n',
      'pnpm-workspace.yaml': 'packages: ["**"]\npnpmfile: ./evil.cjs\n',
      '.pnpmfile.cjs': "require('fs').writeFileSync('@@MARKS@@/pnpmfile', 'x')",
      'evil.cjs': "require('fs').writeFileSync('@@MARKS@@/npmrc', 'x')",
    },
  },
  {
    id: 'git-config',
    idea: 'C-06',
    title: 'a repository whose configuration and hooks start programs',
    code: '',
    files: {
      '.git/HEAD': 'ref: refs/heads/main\n',
      '.git/config':
        '[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "echo x > @@MARKS@@/fsmonitor"\n\tpager = "echo x > @@MARKS@@/pager"\n\thooksPath = hooks\n[log]\n\tshowSignature = true\n[gpg]\n\tprogram = "sh -c \'echo x > @@MARKS@@/gpg\'"\n[filter "f"]\n\tsmudge = "echo x > @@MARKS@@/smudge"\n',
      '.git/hooks/post-checkout': '#!/bin/sh\necho x > @@MARKS@@/hook\n',
      '.gitattributes': '* filter=f\n',
      '.gitmodules': '[submodule "src"]\n\tpath = src\n\turl = ext::sh -c "echo x > @@MARKS@@/submodule"\n',
    },
  },
  {
    id: 'forged-caches',
    idea: 'C-05',
    title: 'caches in which everything has passed already',
    code: '',
    files: {
      'node_modules/.vite/vitest/results.json':
        '{"version":"5.1.1","results":[[":hidden/score.test.ts",{"duration":1,"failed":false}]]}',
      '.turbo/cache/a.json': '{"exitCode":0}',
      '.cache/tsc/tsconfig.tsbuildinfo': '{"version":"7.0.2"}',
      'reports/01-neuron/report.json': '{"schema":"backprop/report/v1","points":100,"maxPoints":100}',
    },
  },
  {
    id: 'tsconfig-paths',
    idea: 'C-01',
    title: 'a tsconfig.json that maps a package to a file of the submission',
    code: reexport('@backprop/core'),
    files: {
      'tsconfig.json': '{"compilerOptions":{"baseUrl":".","paths":{"@backprop/core":["./src/fake.ts"]}}}',
      'src/fake.ts': 'export const score = () => []',
    },
    refused: 'may not import "@backprop/core"',
  },
  {
    id: 'package-imports',
    idea: 'C-02',
    title: '"imports" in package.json that lead to the solution',
    code: reexport('#answers'),
    files: { 'package.json': '{"type":"module","imports":{"#answers":"@@SOLUTION@@/src/neuron.ts"}}' },
    refused: 'may not import "#answers"',
  },
  {
    id: 'node-modules',
    idea: 'C-04',
    title: 'a package in node_modules that shadows one of the course',
    code: reexport('@backprop/core'),
    files: {
      'node_modules/@backprop/core/package.json': '{"name":"@backprop/core","exports":"./index.js"}',
      'node_modules/@backprop/core/index.js': 'export const score = () => []',
      'src/node_modules/@backprop/core/index.js': 'export const score = () => []',
    },
    refused: 'may not import "@backprop/core"',
  },
]
