import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const packages = globSync('{packages,labs,solutions}/*/package.json', { cwd: ROOT })
  .concat('grader/package.json')
  .sort()

test.each(packages)('"pnpm lab" works in the folder of %s', path => {
  const folder = dirname(join(ROOT, path))
  const { scripts } = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as { scripts?: Record<string, string> }
  const files = /^node (\S+) (\S+)$/.exec(scripts?.lab ?? '')?.slice(1).map(file => resolve(folder, file)) // prettier-ignore
  expect(files?.map(file => relative(ROOT, file).replaceAll('\\', '/'))).toEqual([
    'packages/launch/launch.mjs',
    'packages/lab-cli/src/pnpm-lab.ts',
  ])
  expect(files?.every(file => existsSync(file))).toBe(true)
})
