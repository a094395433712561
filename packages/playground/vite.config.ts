import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import { viteConfig } from './src/server/vite-config.ts'

export default defineConfig(viteConfig({ root: resolve(import.meta.dirname, '../..'), solutions: false }))
