import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** README.md and CONTRIBUTING.md stay true: what they name exists, and the map in README.md is complete. */

const ROOT = resolve(import.meta.dirname, '..')
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

test.each(['README.md', 'CONTRIBUTING.md'])('%s names files and scripts that exist', name => {
  const text = read(name)
  const paths = [...text.matchAll(/(?:`|\]\()((?:packages|labs|solutions|grader|test)\/[\w/.-]+)/g)].map(
    ([, path]) => path,
  )
  // `labs/NN-name` and `packages/backend-NAME` stand for any name.
  const missing = paths.filter(path => !/NN-|NAME/.test(path) && !existsSync(join(ROOT, path)))
  expect(paths.length).toBeGreaterThan(10)
  expect(missing).toEqual([])

  const commands = [...text.matchAll(/\bpnpm(?:@[\d.]+)? ([a-z:-]+)/g)].map(([, script]) => script)
  expect(commands.length).toBeGreaterThan(10)
  expect(commands.filter(script => !(script in scripts) && script !== 'install')).toEqual([])
})

test('the map in README.md has a row for each package, and for each folder of the grader', () => {
  const rows = [...read('README.md').matchAll(/^\| `([\w/-]+?)\/?` /gm)].map(([, folder]) => folder)
  const folders = (path: string): string[] =>
    readdirSync(join(ROOT, path), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name)
  const packages = folders('packages').filter(name => existsSync(join(ROOT, 'packages', name, 'package.json')))
  const expected = [
    'labs',
    'solutions',
    'grader',
    ...packages.map(name => `packages/${name}`),
    ...folders('grader/src'),
  ]
  expect(rows.sort()).toEqual(expected.sort())
})
