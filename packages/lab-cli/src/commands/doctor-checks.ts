import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Lab } from '@backprop/course'
import { type TerminalStyle, wrapped } from '../render/terminal-text.ts'

/** One thing that labs need, or that helps. */
export interface Part {
  readonly name: string
  /** `bad` prevents the labs from working, `note` does not. */
  readonly state: 'good' | 'note' | 'bad'
  readonly reason: string
  readonly fix?: string
}

/** The fix for anything that is not installed, or only partly. */
export const REINSTALL = 'delete the folder node_modules and run "pnpm install"'

/** One part as lines of the findings. */
export function checkLines({ name, state, reason, fix }: Part, { signs, paint, columns }: TerminalStyle): string[] {
  const [sign, word] = { good: [signs.good, 'fine'], note: [signs.open, 'note'], bad: [signs.bad, 'broken'] }[state]
  const style = ({ good: 'green', note: 'yellow', bad: 'red' } as const)[state]
  const head = `${paint(style, `${sign} ${word.padEnd(6)}`)} ${name.padEnd(11)}`
  const [first, ...rest] = wrapped(reason, columns - 21)
  const below = [...rest, ...(fix ? wrapped(`fix: ${fix}`, columns - 21) : [])]
  return [`${head} ${first}`, ...below.map(line => `${' '.repeat(21)}${line}`)]
}

/** The course's packages that are tried. */
interface Library {
  plain(): unknown
  wasm(options: { threads: 'auto' }): Promise<{ readonly description: string; close(): void }>
  loadMnist(): Promise<Images>
  loadCifar10(options: { onProgress: Tell }): Promise<Images>
}

interface Images {
  readonly train: { readonly count: number }
  readonly test: { readonly count: number }
}

type Tell = (text: string) => void

interface Need {
  readonly name: string
  readonly from: string
  /** Only labs whose script contains this word need it. */
  readonly inScript?: string
  /** Uses the library and describes the result. */
  readonly use: (library: Library, tell: Tell) => string | Promise<string>
}

const counted = ({ train, test }: Images): string => `${(train.count + test.count).toLocaleString('en')} images`

const NEEDS: readonly Need[] = [
  {
    name: 'Backend',
    from: '@backprop/core',
    use(library) {
      library.plain()
      return 'plain: computes on the CPU'
    },
  },
  {
    name: 'WebAssembly',
    from: '@backprop/backend-wasm',
    async use(library) {
      const on = await library.wasm({ threads: 'auto' })
      const { description } = on // with the threads, which close() stops
      on.close()
      return description.replace(/^WebAssembly, /, '')
    },
  },
  {
    name: 'MNIST',
    from: '@backprop/datasets/node',
    inScript: 'loadMnist',
    use: async library => counted(await library.loadMnist()),
  },
  {
    name: 'CIFAR-10',
    from: '@backprop/datasets/node',
    inScript: 'loadCifar10',
    use: async (library, tell) => counted(await library.loadCifar10({ onProgress: tell })),
  },
]

/** Whether the course's packages work for the labs: each is used once. `tell` announces long work. */
export async function libraryChecks(labs: readonly Lab[], tell: Tell): Promise<Part[]> {
  const parts: Part[] = []
  for (const need of NEEDS) {
    const users: Lab[] = []
    for (const lab of labs) if (await isUsed(need, lab)) users.push(lab)
    if (users.length > 0) parts.push(await tried(need, users, tell))
  }
  return parts
}

async function isUsed({ from, inScript = '' }: Need, { dir }: Lab): Promise<boolean> {
  const read = (file: string) => readFile(join(dir, file), 'utf8').catch(() => '')
  const name = from.split('/').slice(0, 2).join('/')
  return (await read('package.json')).includes(`"${name}"`) && (await read('main.ts')).includes(inScript)
}

async function tried({ name, from, use }: Need, labs: readonly Lab[], tell: Tell): Promise<Part> {
  try {
    const libraries: Library[] = []
    for (const lab of labs) libraries.push(await load(lab, from))
    return { name, state: 'good', reason: await use(libraries[0], tell) }
  } catch (error) {
    return { name, state: 'bad', reason: firstLine(error), fix: REINSTALL }
  }
}

/** A package as a lab gets it. */
async function load({ dir, manifest }: Lab, from: string): Promise<Library> {
  try {
    const path = createRequire(join(dir, 'package.json')).resolve(from)
    // Each package implements its part of `Library`; if one doesn't, the call fails and says so.
    return (await import(pathToFileURL(path).href)) as Library
  } catch (error) {
    throw new Error(`labs/${manifest.id} cannot load ${from}: ${firstLine(error)}`, { cause: error })
  }
}

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0]
