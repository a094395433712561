/**
 * Starts a TypeScript program on whatever Node there is: `node launch.mjs PROGRAM.ts [ARGUMENT …]`.
 * Node runs TypeScript by itself from 22.18; before that, tsx does it. This file must run on any Node since 20.
 */
import { tmpdir } from 'node:os'
import { resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
const [node, , program, ...args] = process.argv

if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Backprop Labs needs Node 22.12 or newer, and this is Node ${process.versions.node}: ` +
      'install a current one from https://nodejs.org and run the command again.',
  )
  process.exit(2)
}
/** What Vite, esbuild or Node take for something else in a path; without this they fail later, and not in these words. */
const problemIn = path => {
  const character = /[#?%*\x00-\x1f]/.exec(path)?.[0] ?? (sep === '/' && path.includes('\\') ? '\\' : undefined)
  if (character !== undefined) return `the character ${JSON.stringify(character)} in its path`
  return path.split(sep).includes('node_modules') ? 'a folder "node_modules" in its path' : undefined
}
const root = fileURLToPath(new URL('../..', import.meta.url))
for (const [name, path, fix] of [
  ['This repository', root, 'Move it to a path without'],
  ['The temporary folder', tmpdir(), 'Set the environment variable TMPDIR to a path without'],
]) {
  const problem = problemIn(path)
  if (problem === undefined) continue
  console.error(`${name} is ${JSON.stringify(path)}, and the tools do not work with ${problem}. ${fix} it.`)
  process.exit(2)
}

if (!process.features.typescript) (await import('tsx/esm/api')).register()

process.argv = [node, resolve(program), ...args]
await import(pathToFileURL(program).href)
