/**
 * Which code may import which. Arrows point down: a library does not know its users.
 * Run by `pnpm test`; test/import-rules.test.ts plants a bad import for every rule.
 */
const forbid = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: typeof from === 'string' ? { path: from } : from,
  to: typeof to === 'string' ? { path: to } : to,
})

module.exports = {
  forbidden: [
    forbid('no-file-cycles', '.', { circular: true }, 'Two files that need each other are one idea, or three.'),
    {
      ...forbid(
        'no-folder-cycles',
        '.',
        { circular: true },
        'Move what both folders need below both, or join them. (A folder and its own subfolders may need each other.)',
      ),
      scope: 'folder',
    },
    forbid(
      'core-imports-no-other-package',
      '^packages/core/src/',
      '^(packages/(?!core/)|labs|solutions|grader)',
      'core imports no other package of this repository.',
    ),
    forbid('backends-import-only-core', '^packages/(backend-[^/]+)/src/', {
      path: '^packages/',
      pathNot: '^packages/(core|$1)/',
    }),
    forbid('nn-imports-only-core', '^packages/nn/src/', { path: '^packages/', pathNot: '^packages/(core|nn)/' }),
    forbid(
      'plain-data-packages-import-no-tensors',
      '^packages/(datasets|plots|course|files|launch|report|safe-text)/src/',
      { path: '^packages/', pathNot: '^packages/(($1|files|safe-text)/|core/src/random[.]ts$)' },
      'These take and return plain data; of core they may use the random numbers.',
    ),
    forbid('testkit-imports-no-other-package', '^packages/testkit/src/', {
      path: '^packages/',
      pathNot: '^packages/testkit/',
    }),
    forbid('test-runner-imports-only-testkit', '^packages/test-runner/src/', {
      path: '^packages/',
      pathNot: '^packages/(test-runner|testkit|launch)/',
    }),
    forbid('packages-import-no-labs', '^packages/', '^(labs|solutions|grader)/'),
    forbid(
      'labs-are-independent',
      '^labs/([^/]+)/',
      { path: '^labs/', pathNot: '^labs/$1/' },
      'A bug in lab 2 costs nothing in lab 5.',
    ),
    forbid('solutions-are-independent', '^solutions/([^/]+)/', {
      path: '^(labs|solutions|grader)/',
      pathNot: '^solutions/$1/',
    }),
    forbid('solutions-are-private', '^(?!solutions/)', '^solutions/'),
    forbid('hidden-suites-are-private', '^(?!labs/[^/]+/hidden/)', '^labs/[^/]+/hidden/'),
    forbid('hidden-suites-import-no-student-code', '^labs/[^/]+/hidden/', {
      path: '^labs/[^/]+/(src|test)/',
      dependencyTypesNot: ['type-only', 'type-import'],
    }),
    forbid('only-hidden-suites-import-the-grader', '^labs/[^/]+/(?!hidden/)', '^grader/'),
    forbid('grader-imports-no-labs', '^grader/src/', '^labs/', 'Student code is spawned, never imported.'),
    forbid(
      'suites-load-no-vite',
      '^grader/src/(sandbox|pipeline/suite)/',
      { path: '^packages/test-runner/src/index', dependencyTypesNot: ['type-only', 'type-import'] },
      'A suite runs in a new thread, and this index loads Vite: import from @backprop/test-runner/events.',
    ),
    forbid(
      'browser-code-imports-no-node',
      '^(packages/(core|nn|backend-wasm)/src|packages/datasets/src/(?!node|mnist|cifar10|cifar-cache|cache-folder)|packages/plots/src/(?!node)|packages/safe-text/src|packages/testkit/src/todo|packages/playground/src/(?!server/|playground)|labs/[^/]+/src)',
      { dependencyTypes: ['core'] },
      'No Node modules here.',
    ),
    forbid('source-imports-no-tests', '/src/', '[.]test[.]ts$|/test/'),
    forbid('packages-import-only-entries', '^(?:packages/([^/]+)|grader|labs|solutions)/', {
      path: '^packages/[^/]+/src/',
      pathNot: [
        '^packages/$1/',
        '^packages/[^/]+/src/(index|random|todo|events|node|watch|libtensorflow|submission/index)[.]ts$',
      ],
    }),
    forbid('every-import-resolves', '.', { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '(^|/)node_modules/|[.]cache/|^packages/backend-wasm/assembly/|^grader/(template|test/(attacks|fixtures))/',
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
}
