/**
 * Files whose functions take and return tensors share the packages with the worker that calls them: a tensor of one copy of
 * core means nothing to another copy. The bundler replaces their imports by a look into this global object.
 */
export const SHARED_PACKAGES = 'backpropPackages'

/** Called by a worker before it loads such a file, with the modules by the names of their packages. */
export function sharePackages(packages: Readonly<Record<string, object>>): void {
  Object.assign(globalThis, { [SHARED_PACKAGES]: packages })
}
