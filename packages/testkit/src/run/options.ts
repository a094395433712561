import { createVitest, type CliOptions, type TestUserConfig, type Vite, type Vitest } from 'vitest/node'
import type { SuiteOptions } from './events.ts'

interface Additions {
  readonly reporters: TestUserConfig['reporters']
  readonly plugins?: Vite.Plugin[]
}

/** A Vitest for a suite, whatever configuration lies around it. It has run nothing yet. */
export function openVitest(suite: SuiteOptions, { reporters, plugins = [] }: Additions): Promise<Vitest> {
  return createVitest(
    { ...testOptions(suite), reporters },
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

function testOptions({ root, include, provide, testSeconds, ...suite }: SuiteOptions): CliOptions {
  const options: TestUserConfig = {
    root,
    watch: false,
    include: [...include],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: testSeconds * 1000,
    hookTimeout: testSeconds * 1000,
    provide,
    testNamePattern: patternOf(suite),
    diff: { truncateThreshold: 40, truncateAnnotation: '… (more left out)' },
    env: {},
    api: false,
    passWithNoTests: true,
    // Nothing may depend on what an earlier run has left, not even the order of the files.
    cache: false,
    fsModuleCache: false,
  }
  return { ...options, config: false }
}

/** Selects tests by their full name, which begins with the id of their exercise. */
export function patternOf({ exercise, test, listOnly }: Partial<SuiteOptions>): RegExp | undefined {
  if (listOnly) return /(?!)/
  return exercise ? new RegExp(`^${exercise} ${test ? `> ${test}$` : ''}`) : undefined
}
