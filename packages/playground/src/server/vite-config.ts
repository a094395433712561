import { join, resolve } from 'node:path'
import type { InlineConfig } from 'vite'
import { functionsPlugin } from './functions-plugin.ts'
import type { FunctionsOptions } from './student-functions.ts'
import { trainedWeights } from './trained-weights.ts'

const PACKAGE = resolve(import.meta.dirname, '../..')

/** Where workers start. */
const WORKERS = 'src/*/*worker.ts'

/** With these, a page may share memory with its workers and measure time exactly. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** How Vite serves and builds the page. */
export const viteConfig = (functions: FunctionsOptions): InlineConfig => ({
  root: PACKAGE,
  configFile: false,
  base: './',
  cacheDir: join(PACKAGE, '.cache', 'vite'),
  logLevel: 'warn',
  clearScreen: false,
  worker: { format: 'es' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [functionsPlugin(functions), trainedWeights({ root: functions.root })],
  // The packages that only workers import are found here too: found later, they would make the page reload.
  optimizeDeps: { entries: ['index.html', WORKERS] },
  server: {
    headers: ISOLATION,
    // Ready before the browser asks.
    warmup: { clientFiles: ['src/page/main.tsx', WORKERS] },
    // Neither solutions nor hidden tests can be read through this server.
    fs: { allow: [resolve(PACKAGE, '..'), resolve(PACKAGE, '../../node_modules')] },
  },
})
