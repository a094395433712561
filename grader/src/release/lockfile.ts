import { type Document, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml'
import type { PackageJson } from './package-json.ts'

/** Folder (`.` for the root) → the package.json that students receive there. */
export type Manifests = ReadonlyMap<string, PackageJson>

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/**
 * The part of pnpm-lock.yaml that these packages need. Nothing is resolved again, so students install the exact
 * versions that the course was tested with, and no registry is asked.
 */
export function prunedLockfile(lockfile: string, manifests: Manifests): string {
  const document = parseDocument(lockfile)
  const importers = mapAt(document, 'importers')
  keep(importers, folder => manifests.has(folder))
  const needed = new Set<string>()
  for (const [folder, manifest] of manifests) {
    for (const group of GROUPS) {
      const names = Object.keys(manifest[group] ?? {})
      const locked = importers.getIn([folder, group])
      if (isMap(locked)) keep(locked, name => names.includes(name))
      if (isMap(locked) && locked.items.length === 0) importers.deleteIn([folder, group])
      for (const name of names) {
        const version = document.getIn(['importers', folder, group, name, 'version'])
        if (typeof version === 'string') addTo(needed, name, version)
      }
    }
  }
  const snapshots = mapAt(document, 'snapshots')
  // Iterating over a set includes elements that are added on the way.
  for (const id of needed) {
    for (const group of ['dependencies', 'optionalDependencies']) {
      const more = snapshots.getIn([id, group])
      if (isMap(more)) for (const [name, version] of entries(more)) addTo(needed, name, version)
    }
  }
  keep(snapshots, id => needed.has(id))
  const packages = new Set([...needed].map(withoutPeers))
  keep(mapAt(document, 'packages'), id => packages.has(id))
  const names = catalogNames(manifests)
  const catalog = document.getIn(['catalogs', 'default'])
  if (isMap(catalog)) keep(catalog, name => names.has(name))
  return document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true })
}

/** The same pnpm-workspace.yaml with the folders and the versions that these packages need; all settings stay. */
export function prunedWorkspace(workspace: string, manifests: Manifests): string {
  const document = parseDocument(workspace)
  const folders = [...manifests.keys()].filter(folder => folder !== '.')
  const globs = new Set(folders.map(folder => (folder.includes('/') ? `${folder.split('/')[0]}/*` : folder)))
  document.set('packages', document.createNode([...globs].sort()))
  const names = catalogNames(manifests)
  keep(mapAt(document, 'catalog'), name => names.has(name))
  return document.toString({ lineWidth: 0, singleQuote: true })
}

/** Names that a package takes from the catalog. */
function catalogNames(manifests: Manifests): Set<string> {
  const all = [...manifests.values()].flatMap(manifest =>
    GROUPS.flatMap(group => Object.entries(manifest[group] ?? {})),
  )
  return new Set(all.filter(([, version]) => version === 'catalog:').map(([name]) => name))
}

/** What pnpm calls this version of a package: `vitest` at `5.1.1(vite@8.3.8)`, or an alias: `typescript@7.0.2`. */
function addTo(needed: Set<string>, name: string, version: string): void {
  if (version.startsWith('link:')) return
  needed.add(withoutPeers(version).includes('@') ? version : `${name}@${version}`)
}

const withoutPeers = (id: string): string => id.split('(')[0]

function mapAt(document: Document, key: string): YAMLMap {
  const map = document.get(key)
  if (!isMap(map)) throw new Error(`pnpm-lock.yaml or pnpm-workspace.yaml has no "${key}"`)
  return map
}

function keep(map: YAMLMap, wanted: (key: string) => boolean): void {
  map.items = map.items.filter(({ key }) => wanted(keyOf(key)))
}

const entries = (map: YAMLMap): [string, string][] =>
  map.items.map(({ key, value }) => [keyOf(key), isScalar(value) ? String(value.value) : ''])

const keyOf = (key: unknown): string => String(isScalar(key) ? key.value : key)
