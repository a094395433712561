import type { BuildOptions } from 'esbuild'

/**
 * Modules carry the way back to the lines of the student's files, made from memory. The bundler would open whatever file
 * a comment of the submission calls its source map, so no text that it gets has the word for it.
 */
export const SOURCE_MAP = { sourcemap: 'inline', sourcesContent: false } as const satisfies BuildOptions

/** As long as before, so that every character stays where it was. */
export const withoutMapComments = (text: string): string => text.replaceAll('sourceMappingURL', 'sourceMappingUrl')
