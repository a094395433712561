import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { describe, expect, test } from 'vitest'
import { graderTree } from '../src/autograder/grader-tree.ts'
import { COURSE_ROOT, findLabs } from '../src/course.ts'
import { packageManager } from './workflow.ts'

/** The image of the grader, as far as it can be judged without building it: container.full.test.ts does that. */

const read = (path: string) => readFileSync(join(COURSE_ROOT, path), 'utf8')
const lines = read('Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
const instructions = lines.map(line => ({ name: line.split(' ')[0], value: line.slice(line.indexOf(' ') + 1) }))
const valuesOf = (name: string) => instructions.flatMap(each => (each.name === name ? [each.value] : []))

describe('the Dockerfile', () => {
  test('ends as a user who is not root, and starts the grader', () => {
    expect(valuesOf('USER').at(-1)).toBe('grader')
    const after = instructions.slice(instructions.findLastIndex(({ name }) => name === 'USER') + 1)
    expect(after.map(({ name }) => name)).toEqual(['WORKDIR', 'ENTRYPOINT', 'CMD'])
    const [node, ...programs] = JSON.parse(valuesOf('ENTRYPOINT')[0]) as string[]
    expect(node).toBe('node')
    for (const program of programs) expect(existsSync(program.replace('/course', COURSE_ROOT)), program).toBe(true)
    expect(valuesOf('HEALTHCHECK')).toEqual([])
  })

  test('installs from the lockfile alone, with the pnpm of the course', () => {
    const runs = valuesOf('RUN').join('\n')
    for (const [, version] of runs.matchAll(/npx -y (\S+)/g)) expect(version).toBe(packageManager())
    for (const [command] of runs.matchAll(/pnpm@\S+ install[^&]*/g)) expect(command).toContain('--frozen-lockfile')
  })

  test('has no secret: neither a variable nor an argument', () => {
    for (const value of [...valuesOf('ENV'), ...valuesOf('ARG')])
      expect(value).not.toMatch(/KEY|TOKEN|SECRET|PASSWORD/i)
  })
})

const ignored = read('.dockerignore')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))

/** As Docker reads the file: a pattern also leaves out everything below what it matches. */
const isLeftOut = (path: string): boolean =>
  path
    .split('/')
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'))
    .some(start => ignored.some(pattern => matchesGlob(start, pattern)))

describe('.dockerignore', () => {
  test('keeps everything that the grader consists of', async () => {
    const paths = [...(await graderTree(await findLabs('all'))).keys()]
    const isBuilt = (path: string) => path.startsWith('packages/backend-wasm/dist/')
    expect(paths.filter(path => isLeftOut(path) && !isBuilt(path))).toEqual([])
  })

  test('keeps everything of the repository but tests and measurements', () => {
    const all = execFileSync('git', ['ls-files'], { cwd: COURSE_ROOT, encoding: 'utf8' }).trim().split('\n')
    const leftOut = all.filter(isLeftOut)
    expect(leftOut.length).toBeGreaterThan(100)
    expect(leftOut.filter(path => !/^(\.ci|test|(grader|packages\/[^/]+)\/(test|bench|gallery))\//.test(path))).toEqual(
      [],
    )
  })

  test.each([
    ...['.git/config', 'roster.csv', 'roster-2026.csv', 'backprop-signing-key', 'keys/backprop-signing-key.pub'],
    ...[
      'seed-key',
      'a/seed-key',
      '.env',
      'reports/1/log.json',
      'node_modules/x/y.js',
      'labs/01-perceptron/.cache/state',
      ...['term.yaml', 'term-2026.yaml', 'overrides.csv'],
    ],
  ])('leaves out %s', path => {
    expect(isLeftOut(path)).toBe(true)
  })
})
