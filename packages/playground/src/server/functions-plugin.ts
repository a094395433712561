import type { Plugin, WebSocketClient } from 'vite'
import { type FunctionsOptions, StudentFunctions } from './student-functions.ts'

/**
 * Sends the students' functions to the page over Vite's websocket, as the event `backprop:functions` with a list of
 * `StudentFile`: all of them when the page sends `backprop:ready`, the changed ones after each save.
 */
export function functionsPlugin(options: FunctionsOptions): Plugin {
  let functions: StudentFunctions | undefined
  return {
    name: 'backprop:functions',
    apply: 'serve',
    configureServer({ ws, config }) {
      const current = new StudentFunctions(options, {
        onChange: files => ws.send('backprop:functions', files),
        onTrouble: why => config.logger.warn(why),
      })
      functions = current
      const answer = async (client: WebSocketClient) => client.send('backprop:functions', await current.all())
      ws.on('backprop:ready', (_: unknown, client: WebSocketClient) => void answer(client))
    },
    closeBundle: () => functions?.close(),
  }
}
