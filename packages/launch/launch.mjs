/**
 * Starts a TypeScript program on whatever Node there is: `node launch.mjs PROGRAM.ts [ARGUMENT …]`.
 * Node runs TypeScript by itself from 22.18; before that, tsx does it. This file must run on any Node since 20.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
const [node, , program, ...args] = process.argv

if (major < 22 || (major === 22 && minor < 12)) {
  console.error(
    `Backprop Labs needs Node 22.12 or newer, and this is Node ${process.versions.node}: ` +
      'install a current one from https://nodejs.org and run the command again.',
  )
  process.exit(2)
}
if (!process.features.typescript) (await import('tsx/esm/api')).register()

process.argv = [node, resolve(program), ...args]
await import(pathToFileURL(program).href)
