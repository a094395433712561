import { type Attack, inScore } from './attack.ts'

const reexport = (from: string) => `import * as answers from '${from}'\n${inScore('return answers.score(X, w, b)')}`
const UP = '../'.repeat(20)
const UNREASONABLE = 'cannot be compiled within reason'

/** Attacks on whoever turns the file into a module, which happens outside the wall: imports, pragmas, bombs. */
export const COMPILER: readonly Attack[] = [
  {
    id: 'import-solution',
    idea: 'C-11',
    title: 'a relative import of the solution',
    code: reexport('../../../solutions/01-neuron/src/neuron.ts'),
    refused: 'is not a file of this lab',
  },
  {
    id: 'import-absolute',
    idea: 'C-11',
    title: 'an absolute import of the solution',
    code: reexport('@@SOLUTION@@/src/neuron.ts'),
    refused: 'this lab may not import',
  },
  {
    id: 'import-url',
    idea: 'C-11',
    title: 'imports by file:, data: and https: URLs',
    code: "import 'file://@@SOLUTION@@/src/neuron.ts'\nimport 'data:text/javascript,1'\nimport 'https://example.com/x.js'",
    refused: 'this lab may not import "file://',
  },
  {
    id: 'import-builtin',
    idea: 'C-11',
    title: 'imports of built-in modules of Node',
    code: "import fs from 'node:fs'\nfs.writeFileSync('@@MARKS@@/fs', 'x')",
    refused: 'this lab may not import "node:fs"',
  },
  {
    id: 'import-raw',
    idea: 'C-11',
    title: 'the hidden suite as text, through ?raw',
    code: reexport('../hidden/accuracy.test.ts?raw'),
    refused: 'is not a file of this lab',
  },
  {
    id: 'import-attribute',
    idea: 'C-11',
    title: 'a file as text, through an import attribute',
    code: "import text from './neuron.ts' with { type: 'text' }\nconsole.log(text)",
    refused: 'import attributes are not allowed',
  },
  {
    id: 'import-glob',
    idea: 'C-11',
    title: 'a computed import, which makes a bundler search the real disk',
    code: `const name = ['percep', 'tron'].join('')\nconst answers = await import(\`${UP}@@SOLUTION@@/src/\${name}.ts\`)\n${inScore('return answers.score(X, w, b)')}`,
    refused: 'import() takes the name of a file in quotes',
  },
  {
    id: 'import-glob-added',
    idea: 'C-11',
    title: 'a computed import from concatenated strings, with an attribute',
    code: `const name = 'neuron.ts'\nconst answers = await import('${UP}@@SOLUTION@@/src/' + name, { with: {} })\n${inScore('return answers.score(X, w, b)')}`,
    refused: 'import() takes the name of a file in quotes',
  },
  {
    id: 'import-options',
    idea: 'C-11',
    title: 'a computed import of a built-in module of Node, with a second argument',
    code: "const name = ['node', 'fs'].join(':')\nawait import(name, {})",
    refused: 'import() takes the name of a file in quotes',
  },
  {
    id: 'import-from-text',
    idea: 'C-11',
    title: 'imports in strings that become code: eval, Function, and constructors that are reached without their names',
    code: `const text = 'return import("../sealed/runner.mjs")'
for (const make of [() => (0, eval)('import("node:os")'), () => new Function(text)(), () => (async () => {}).constructor(text)(), () => (function* () {}).constructor(text)().next().value])
  console.log(Object.keys((await safe(make)) ?? {}).length > 0 ? 'PWNED' : 'stopped')`,
  },
  {
    id: 'require-glob',
    idea: 'C-11',
    title: 'a computed require, which makes a bundler search the real disk',
    code: `const name = 'neuron'\nconst answers = require(\`${UP}@@SOLUTION@@/src/\${name}.ts\`)\n${inScore('return answers.score(X, w, b)')}`,
    refused: 'require() is not there',
  },
  {
    id: 'import-equals',
    idea: 'C-11',
    title: 'an import of the solution in TypeScript’s syntax (import = require)',
    code: `import answers = require('${UP}@@SOLUTION@@/src/neuron.ts')\n${inScore('return answers.score(X, w, b)')}`,
    refused: 'require() is not there',
  },
  {
    id: 'source-map',
    idea: 'C-11',
    title: 'source maps that point to files of the host, one of them endless',
    code: '//# sourceMappingURL=file:///dev/zero\n//@ sourceMappingURL=@@HIDDEN@@/accuracy.test.ts\n/*# sourceMappingURL=file://@@HIDDEN@@/accuracy.test.ts */',
  },
  {
    id: 'pragmas',
    idea: 'C-11',
    title: 'pragmas and directives for compilers, bundlers and test runners',
    code: '/** @jsx evil */ /** @jsxImportSource file://@@SOLUTION@@ */\n/// <reference path="@@HIDDEN@@/accuracy.test.ts" />\n// @vitest-environment @@SOLUTION@@/src/neuron.ts\n/* @__PURE__ */ /* webpackIgnore: true */ /*! @license <script> */\n"use worker";',
  },
  {
    id: 'arrow-bomb',
    idea: 'D-01',
    title: 'fifty thousand nested arrow functions, which keep a compiler busy for hours',
    code: `export const z = ${'a=>\n'.repeat(50_000)}1`,
    refused: UNREASONABLE,
  },
  {
    id: 'enum-bomb',
    idea: 'D-02',
    title: 'an enum whose strings double forty times in a compiler that evaluates them',
    code: `enum E { a0 = 'xxxxxxxxxx'${Array.from({ length: 40 }, (_, i) => `, a${i + 1} = a${i} + a${i}`).join('')} }\nexport const z = E.a40`,
    refused: UNREASONABLE,
  },
  {
    id: 'indentation-bomb',
    idea: 'D-02',
    title: 'forty thousand nested ifs, printed with their indentation',
    code: `${'if (1)\n'.repeat(35_000)};`,
    refused: UNREASONABLE,
  },
  {
    id: 'output-bomb',
    idea: 'D-02',
    title: 'a long string of an enum, used ten thousand times',
    code: `enum E { a = '${'x'.repeat(1000)}' }\nexport const z = [\n${'E.a,\n'.repeat(10_000)}]`,
    refused: 'at most 4194304 are taken',
  },
  {
    id: 'bracket-bomb',
    idea: 'D-01',
    title: 'ten thousand nested brackets',
    code: `export const z = ${'[\n'.repeat(10_000)}${']\n'.repeat(10_000)}`,
    // Whether the compiler gives up, or gets through and cannot read its own work, depends on the machine's stack.
    refused: 'nested',
  },
  {
    id: 'huge-line',
    idea: 'D-05',
    title: 'one line of a hundred thousand characters',
    code: `export const z = '${'x'.repeat(100_000)}'`,
    refused: 'this line has more than 20000 characters',
  },
  {
    id: 'sealed-packages',
    idea: 'L-03',
    title: 'looks next to its own file for tools that the lab does not provide',
    code: `const fs = builtin('node:fs'), here = import.meta.url.replace('file://', '')
for (const folder of ['../sealed/', '/box/sealed/', here + '/../../sealed/']) for (const file of safe(() => fs.readdirSync(folder)) ?? []) {
  if (!file.endsWith('.mjs') || file === 'guard.mjs') continue
  const load = builtin('node:module').createRequire(import.meta.url)
  const names = Object.keys(safe(() => load(folder + file)) ?? {})
  if (names.some(name => !name.endsWith('NotImplemented'))) console.log('PWNED', file, names)
}`,
  },
]
