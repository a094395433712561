import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

// Only likely mistakes. How your code looks is up to you.
export default defineConfig(globalIgnores(['packages', '**/.cache', '**/.stubs', '**/try.ts']), {
  files: ['labs/**/*.ts'],
  extends: [tseslint.configs.base],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
  rules: {
    // A forgotten `await`: the rest of the code goes on before the numbers are there.
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'warn',
    // `for (const i in list)` gives the texts "0", "1", …
    '@typescript-eslint/no-for-in-array': 'error',
    // 1 + [2] is the text "12".
    '@typescript-eslint/restrict-plus-operands': 'error',
    eqeqeq: 'warn',
    // x === NaN is never true.
    'use-isnan': 'error',
    'no-self-assign': 'warn',
    'no-self-compare': 'warn',
    'no-dupe-else-if': 'error',
    'no-constant-binary-expression': 'error',
    'no-loss-of-precision': 'error',
    'for-direction': 'error',
  },
})
