import * as nodeModule from 'node:module'
import { Unavailable } from '../contender.ts'

/**
 * The Node build of tfjs-core has kernels but no gradients: those lie beside it as modules whose imports leave out the
 * `.js`, which bundlers accept and Node does not. So we put it back while they load. Their registry is global, so it
 * does not matter that they bring a second copy of core with them.
 */
export async function registerGradients(): Promise<void> {
  // Not in Node before 22.15.
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>
  if (!registerHooks) throw new Unavailable('the gradients of tfjs-core load from Node 22.15 on')
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const isBare = specifier.startsWith('.') && !specifier.endsWith('.js')
      return next(isBare && context.parentURL?.includes('/tfjs-core/dist/') ? `${specifier}.js` : specifier, context)
    },
  })
  try {
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  } finally {
    hooks.deregister()
  }
}
