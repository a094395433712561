import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  BaseSequencer,
  type CliOptions,
  createVitest,
  type TestSpecification,
  type TestUserConfig,
  type Vite,
  type Vitest,
} from 'vitest/node'
import type { SuiteOptions } from './events.ts'

interface Additions {
  readonly reporters: TestUserConfig['reporters']
  readonly plugins?: Vite.Plugin[]
  /** Where tests run: threads can be stopped at once; debuggers attach to processes. */
  readonly pool?: 'threads' | 'forks'
}

/** A Vitest for a suite that ignores any configuration file nearby. It hasn't run anything yet. */
export function openVitest(
  suite: SuiteOptions,
  { reporters, plugins = [], pool = 'threads' }: Additions,
): Promise<Vitest> {
  return createVitest(
    { ...testOptions(suite), pool, reporters },
    {
      plugins,
      envDir: false,
      logLevel: 'silent',
      resolve: {
        alias: Object.entries(suite.alias ?? {}).map(([find, replacement]) => ({
          find: new RegExp(`^${find}`),
          replacement,
        })),
      },
    },
  )
}

function testOptions({ root, include, provide, testSeconds, isolate, lateErrors, ...suite }: SuiteOptions): CliOptions {
  const options: TestUserConfig = {
    root,
    watch: false,
    include: [...include],
    setupFiles: ['./announce-test.ts', ...(lateErrors ? ['./late-errors.ts'] : [])].map(pathOf),
    maxWorkers: 1,
    isolate,
    testTimeout: testSeconds * 1000,
    hookTimeout: testSeconds * 1000,
    provide,
    testNamePattern: patternOf(suite),
    sequence: { sequencer: ByName },
    diff: { truncateThreshold: 40, truncateAnnotation: '… (more left out)' },
    env: {},
    api: false,
    passWithNoTests: true,
    // Nothing may depend on what an earlier run left behind, not even the order of the files.
    cache: false,
    fsModuleCache: false,
  }
  return { ...options, config: false }
}

/** Vitest would begin with what failed or took long in the run before. */
class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve([...files].sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1)))
  }
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Selects tests by their full name, which starts with the id of their exercise. */
export function patternOf({
  exercise,
  test,
  skip = [],
  listOnly,
}: Pick<Partial<SuiteOptions>, 'exercise' | 'test' | 'skip' | 'listOnly'>): RegExp | undefined {
  if (listOnly) return /(?!)/
  if (!exercise && skip.length === 0) return undefined
  const fullName = (of: string, name: string) => `${escaped(of)} > ${escaped(name)}$`
  const skipped = skip.map(each => `(?!${fullName(each.exercise, each.name)})`).join('')
  const chosen = !exercise ? '' : test ? fullName(exercise, test) : `${escaped(exercise)} `
  return new RegExp(`^${skipped}${chosen}`)
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/**
 * The test files that mention the exercise, or all of them if none does. Reading a file is quicker than running it to find
 * that it has no test of that exercise.
 */
export function filesMentioning(exercise: string, files: TestSpecification[]): TestSpecification[] {
  const chosen = files.filter(({ moduleId }) => readFileSync(moduleId, 'utf8').includes(`'${exercise}'`))
  return chosen.length > 0 ? chosen : files
}
