import { type Files, json } from './release-files.ts'

/** The parts of package.json that matter here; others pass through. */
export interface PackageJson {
  readonly name?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly [other: string]: unknown
}

export const parsePackage = (bytes: Buffer): PackageJson => JSON.parse(bytes.toString()) as PackageJson

/**
 * The same package for students. It keeps only the script that makes "pnpm lab" work in its folder, and only the
 * development dependencies that one of its files names.
 */
export function forStudents(files: Files): Files {
  const { scripts, devDependencies = {}, ...others } = packageOf(files)
  const rest = scripts?.lab ? { ...others, scripts: { lab: scripts.lab } } : others
  const sources = [...files].filter(([path]) => /\.[cm]?[jt]sx?$/.test(path)).map(([, bytes]) => bytes.toString())
  const isNamed = (name: string) => sources.some(code => code.includes(`'${name}'`) || code.includes(`'${name}/`))
  const kept = Object.entries(devDependencies).filter(([name]) => isNamed(name))
  const manifest = kept.length > 0 ? { ...rest, devDependencies: Object.fromEntries(kept) } : rest
  return new Map(files).set('package.json', json(manifest))
}

/** Names of the workspace packages that a package depends on. */
export function workspaceDependencies(files: Files): string[] {
  const { dependencies, devDependencies } = packageOf(files)
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => version.startsWith('workspace:'))
    .map(([name]) => name)
}

const packageOf = (files: Files): PackageJson => parsePackage(files.get('package.json') ?? Buffer.from('{}'))
