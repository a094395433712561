import { tsPlugin } from '@sveltejs/acorn-typescript'
import { type Comment, Parser, type Program } from 'acorn'

const TypeScript = Parser.extend(tsPlugin())

/** The syntax tree of a TypeScript module, with its types. Throws `SyntaxError` if it is something else. */
export const parseTypeScript = (text: string, onComment: Comment[] = []): Program =>
  // The plugin needs locations to know where a line ends.
  TypeScript.parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true, onComment })
