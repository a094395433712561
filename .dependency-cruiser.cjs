/**
 * Who may import whom. Arrows point down: a library does not know its users.
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
    forbid('no-cycles', '.', { circular: true }, 'Two files that need each other are one idea, or three.'),
    forbid(
      'core-is-the-floor',
      '^packages/core/src/',
      '^(packages/(?!core/)|labs|solutions|grader)',
      'core imports no other package of this repository.',
    ),
    forbid('backends-know-only-core', '^packages/(backend-[^/]+)/src/', {
      path: '^packages/',
      pathNot: '^packages/(core|$1)/',
    }),
    forbid('nn-knows-only-core', '^packages/nn/src/', { path: '^packages/', pathNot: '^packages/(core|nn)/' }),
    forbid(
      'beside-the-core',
      '^packages/(datasets|plots|course|launch|report|safe-text)/src/',
      { path: '^packages/', pathNot: '^packages/(($1|safe-text)/|core/src/random[.]ts$)' },
      'These take and return plain data; random numbers come from core.',
    ),
    forbid('testkit-stands-alone', '^packages/testkit/src/', { path: '^packages/', pathNot: '^packages/testkit/' }),
    forbid('test-runner-knows-only-testkit', '^packages/test-runner/src/', {
      path: '^packages/',
      pathNot: '^packages/(test-runner|testkit|launch)/',
    }),
    forbid('packages-below-labs', '^packages/', '^(labs|solutions|grader)/'),
    forbid(
      'labs-stand-alone',
      '^labs/([^/]+)/',
      { path: '^labs/', pathNot: '^labs/$1/' },
      'A bug in lab 2 costs nothing in lab 5.',
    ),
    forbid('solutions-stand-alone', '^solutions/([^/]+)/', {
      path: '^(labs|solutions|grader)/',
      pathNot: '^solutions/$1/',
    }),
    forbid('nobody-reads-answers', '^(?!solutions/)', '^solutions/'),
    forbid('nobody-reads-hidden-suites', '^(?!labs/[^/]+/hidden/)', '^labs/[^/]+/hidden/'),
    forbid('hidden-suites-see-no-source', '^labs/[^/]+/hidden/', {
      path: '^labs/[^/]+/(src|test)/',
      dependencyTypesNot: ['type-only', 'type-import'],
    }),
    forbid('only-hidden-suites-know-the-grader', '^labs/[^/]+/(?!hidden/)', '^grader/'),
    forbid('grader-takes-paths', '^grader/src/', '^labs/', 'Student code is spawned, never imported.'),
    forbid(
      'runs-in-a-browser-too',
      '^(packages/(core|nn|backend-wasm)/src|packages/datasets/src/(?!node|mnist|cifar10|cifar-cache|cache-folder)|packages/plots/src/(?!node)|packages/safe-text/src|packages/testkit/src/todo|labs/[^/]+/src)',
      { dependencyTypes: ['core'] },
      'No Node modules here.',
    ),
    forbid('src-does-not-import-tests', '/src/', '[.]test[.]ts$|/test/'),
    forbid('only-through-the-front-door', '^(?:packages/([^/]+)|grader|labs|solutions)/', {
      path: '^packages/[^/]+/src/',
      pathNot: ['^packages/$1/', '^packages/[^/]+/src/(index|random|todo|events|node|(visible|intake)/index)[.]ts$'],
    }),
    forbid('nothing-unresolved', '.', { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/|[.]cache/|^packages/backend-wasm/assembly/|^grader/test/(attacks|fixtures)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
}
