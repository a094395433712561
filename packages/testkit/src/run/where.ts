import { Session } from 'node:inspector/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A line of code that a thread is at. */
export interface RunningAt {
  /** Name of the function, or nothing at the top of a module. */
  readonly name: string
  readonly file: string
  /** From 1; of the code as it was written. */
  readonly line: number
}

interface Frame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
}

/** What the debugger of a thread says. */
interface Said {
  readonly method?: string
  readonly params: { readonly scriptId: string; readonly url: string; readonly callFrames: readonly Frame[] }
}

/** The source map of the code that came out of a file. */
type MapOf = (file: string) => SourceMapPayload | undefined

/** Long enough for a busy machine; a thread that waits for something never answers. */
const PATIENCE_MS = 1000

/**
 * Where the threads of this process are, the innermost line first: for code that never returns, and so cannot be asked.
 * The debugger stops them for it; with `resume` they go on afterwards, otherwise they are of no use any more.
 */
export async function whereWorkersAre(mapOf: MapOf, { resume = false } = {}): Promise<RunningAt[]> {
  const session = new Session()
  session.connect()
  const scripts = new Map<string, string>()
  const threads: string[] = []
  const send = (sessionId: string, methods: readonly string[]): Promise<unknown> =>
    // A thread may have ended meanwhile.
    Promise.allSettled(methods.map((method, id) => session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) }))) // prettier-ignore
  const frames = new Promise<readonly Frame[]>(resolve => {
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { message } }) => {
      const { method, params } = JSON.parse(message) as Said
      if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, pathOf(params.url))
      const isCode = ({ location }: Frame) => /[\\/]src[\\/][\w.-]+\.ts$/.test(scripts.get(location.scriptId) ?? '')
      if (method !== 'Debugger.paused') return
      if (params.callFrames.some(isCode)) resolve(params.callFrames)
      // It is not kept waiting for an answer that it cannot give.
      else if (resume) resolve([])
    })
    setTimeout(() => resolve([]), PATIENCE_MS)
  })
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId } }) => {
    threads.push(sessionId)
    void send(sessionId, ['Debugger.enable', 'Debugger.pause'])
  })
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  const places = (await frames).map(frame => placeOf(frame, scripts.get(frame.location.scriptId) ?? '', mapOf))
  if (resume) {
    await Promise.all(threads.map(thread => send(thread, ['Debugger.resume', 'Debugger.disable'])))
    session.disconnect()
  }
  return places
}

/** What runs has lost its types, and with them some lines: its source map knows where it was. */
function placeOf({ functionName: name, location }: Frame, file: string, mapOf: MapOf): RunningAt {
  const map = mapOf(file)
  const found = map && new SourceMap(map).findEntry(location.lineNumber, location.columnNumber)
  return { name, file, line: 1 + (found && 'originalLine' in found ? found.originalLine : location.lineNumber) }
}

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url)
