import { contextOfProcess, lab } from '../src/cli.ts'

/** `pnpm lab` in another folder than the course's own: `node lab-at.ts FOLDER WORD …`. */
const [, , root, ...args] = process.argv
process.exitCode = await lab(args, contextOfProcess(root, new AbortController().signal))
