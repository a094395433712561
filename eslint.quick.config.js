import tseslint from 'typescript-eslint'
import config from './eslint.config.js'

/** What `pnpm test` runs: the rules that need no types, because tsc has checked those. `pnpm test:full` runs them all. */
export default [
  ...config,
  tseslint.configs.disableTypeChecked,
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
]
