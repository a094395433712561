import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type InlineConfig, type Plugin } from 'vite'
import { viteConfig } from './vite-config.ts'

/** The site can't be written where it should be. */
export class SiteRefused extends Error {
  override readonly name = 'SiteRefused'
}

export interface SiteOptions {
  readonly root: string
  /** The folder to write: a new or empty one, or one with an earlier site. */
  readonly out: string
  /** The path that it is served from; `./` works from any. */
  readonly base: string
  /** Without progress and the list of files. */
  readonly quiet?: boolean
}

const GENERATOR = '<meta name="generator" content="backprop-playground" />'

/**
 * The page may load files of the site only, and makes no code from text. WebAssembly is allowed for the kernels, blobs for
 * the threads of `backend-wasm`.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Writes the page as a static site that runs on the reference functions of the playground. */
export async function buildSite({ root, out, base, quiet = false }: SiteOptions): Promise<void> {
  await refuseOthersFiles(out)
  const config = viteConfig({ root, solutions: false })
  const own: InlineConfig = {
    ...config,
    base,
    logLevel: quiet ? 'warn' : 'info',
    plugins: [...(config.plugins ?? []), sitePlugin],
    build: {
      outDir: out,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      // How long our plugins take says nothing to the person who builds a site.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  }
  await build(own)
}

const sitePlugin: Plugin = {
  name: 'backprop:site',
  transformIndexHtml: html =>
    html.replace(
      '<meta charset="utf-8" />',
      `$&\n    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n    ${GENERATOR}`,
    ),
}

/** An earlier site is replaced; other files are never deleted. */
async function refuseOthersFiles(out: string): Promise<void> {
  const names = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new SiteRefused(error.code === 'ENOTDIR' ? `"${out}" is a file, expected a folder.` : error.message)
  })
  if (names.length === 0) return
  const page = await readFile(join(out, 'index.html'), 'utf8').catch(() => '')
  if (!page.includes(GENERATOR))
    throw new SiteRefused(
      `"${out}" contains other files, and building the site would delete them. Give a new or an empty folder.`,
    )
}
