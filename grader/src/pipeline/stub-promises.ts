import { posix } from 'node:path'
import { type Function as FunctionNode, parse } from 'acorn'
import { simple } from 'acorn-walk'
import { transform } from 'esbuild'
import type { Promises } from '../sandbox/promises.ts'

/** What each stub says about promises, by the name of its module: `mlp` for src/mlp.ts. */
export async function promisesOf(stubs: ReadonlyMap<string, string>): Promise<Record<string, Promises>> {
  const all: Record<string, Promises> = {}
  for (const [file, text] of stubs) all[posix.basename(file, '.ts')] = await promisesIn(text)
  return all
}

/** In our stubs, a function that returns a promise is declared `async`; `grade check` enforces this. */
async function promisesIn(stub: string): Promise<Promises> {
  const { code } = await transform(stub, { loader: 'ts', format: 'esm', target: 'es2023' })
  const give: string[] = []
  const lend: string[] = []
  const note = (name: string, node: FunctionNode) => {
    if (node.async) give.push(name)
    else if (hasAsync(node)) lend.push(name)
  }
  for (const node of parse(code, { ecmaVersion: 'latest', sourceType: 'module' }).body) {
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declared?.type === 'FunctionDeclaration') note(declared.id.name, declared)
    if (declared?.type !== 'ClassDeclaration') continue
    for (const part of declared.body.body)
      if (part.type === 'MethodDefinition' && part.key.type === 'Identifier')
        note(`${declared.id.name}.${part.key.name}`, part.value)
  }
  return { give, lend }
}

function hasAsync(node: FunctionNode): boolean {
  let found = false
  const look = ({ async }: FunctionNode) => (found ||= async)
  simple(node.body, { Function: look })
  return found
}
