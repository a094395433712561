import jsdoc from 'eslint-plugin-jsdoc'
import sortImports from 'eslint-plugin-simple-import-sort'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  globalIgnores([
    '**/node_modules',
    '**/.turbo',
    '**/.cache',
    '**/dist',
    'reports',
    'labs/*/try.ts',
    // These have no packages around them; tests check copies that do.
    'test/course/{labs,solutions}/**',
    'grader/template/**',
    // AssemblyScript: TypeScript's syntax, but not its meaning.
    'packages/backend-wasm/assembly/**',
  ]),
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: 'tsconfig.all.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
    },
  },
  {
    // The page is written for browsers, with JSX.
    files: ['packages/playground/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: 'packages/playground/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    // One import for each module, types inline: Node, packages, then files from far to near, each in alphabetical order.
    files: ['**/*.{ts,tsx}'],
    plugins: { 'sort-imports': sortImports },
    rules: {
      'no-duplicate-imports': 'error',
      'sort-imports/imports': ['error', { groups: [['^node:', '^@?\\w', '^#', '^\\.\\.', '^\\.']] }],
    },
  },
  {
    // What other packages and students use says what it does.
    files: ['packages/{core,nn,testkit,datasets,plots}/src/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      'jsdoc/require-jsdoc': [
        'error',
        {
          publicOnly: true,
          require: { ClassDeclaration: true, FunctionDeclaration: true, MethodDefinition: false },
          contexts: [
            'ExportNamedDeclaration > VariableDeclaration',
            'TSInterfaceDeclaration',
            'TSTypeAliasDeclaration',
          ],
          enableFixer: false,
        },
      ],
    },
  },
  {
    // A stub names its parameters and imports before the student uses them.
    files: ['labs/*/src/**'],
    rules: { '@typescript-eslint/no-unused-vars': 'off', '@typescript-eslint/require-await': 'off' },
  },
  { files: ['**/*.{js,mjs,cjs}'], extends: [tseslint.configs.disableTypeChecked] },
)
