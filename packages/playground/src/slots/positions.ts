import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping'
import type { StudentFile } from './student-file.ts'

/** A student's module as the worker loaded it. */
export interface LoadedFile {
  readonly file: StudentFile
  /** What stack traces call it. */
  readonly url: string
}

/** Where an error was thrown, in the student's file: the innermost call in one of these modules. */
export function thrownAt(error: unknown, loaded: readonly LoadedFile[]): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const found = loaded.map(({ file, url }) => ({ file, url, at: stack.indexOf(`${url}:`) })).filter(({ at }) => at >= 0)
  if (found.length === 0) return undefined
  const { file, url, at } = found.reduce((a, b) => (a.at <= b.at ? a : b))
  const position = /^:(\d+):(\d+)/.exec(stack.slice(at + url.length))
  return position ? original(file, Number(position[1]), Number(position[2])) : undefined
}

/** Where a file declares a function. */
export function declaredAt(file: StudentFile, name: string): string | undefined {
  const code = file.code ?? ''
  const found = new RegExp(`(?:function|const|let|var)\\s+${name}\\b`).exec(code)
  if (!found) return undefined
  const before = code.slice(0, found.index).split('\n')
  return original(file, before.length, before[before.length - 1].length + 1)
}

/** From a line and a column of the module, both from 1, to `labs/02-activations/src/activations.ts:65:3`. */
function original({ lab, file, map }: StudentFile, line: number, column: number): string {
  const path = `${lab}/${file}`
  if (map === undefined) return path
  const found = originalPositionFor(new TraceMap(map), { line, column: column - 1 })
  return found.source === null ? path : `${found.source}:${found.line}:${found.column + 1}`
}
