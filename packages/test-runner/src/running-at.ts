import { Session } from 'node:inspector/promises'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A line of code that a thread is at. */
export interface RunningAt {
  /** Name of the function; empty at the top level of a module. */
  readonly name: string
  readonly file: string
  /** Counted from 1, in the source as written. */
  readonly line: number
}

interface Frame {
  readonly functionName: string
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number }
}

/** A message from the debugger of a thread. */
interface DebuggerMessage {
  readonly method?: string
  readonly params: { readonly scriptId: string; readonly url: string; readonly callFrames: readonly Frame[] }
}

/** The source map of the code that was made from a file. */
type MapOf = (file: string) => SourceMapPayload | undefined

/**
 * How long threads have to say where they are. One that is idle never answers. The last answer may take as long as a busy
 * machine needs for a debugger that hears of each module; code that goes on afterwards must not be held up for that long.
 */
const ANSWER_MS = { last: 3000, meanwhile: 1000 }

/**
 * Where the threads of this process are, the innermost line first: for code that never returns. The debugger pauses the
 * threads; with `resume` they continue afterwards, otherwise they are unusable.
 */
export async function whereWorkersAre(mapOf: MapOf, { resume = false } = {}): Promise<RunningAt[]> {
  const session = new Session()
  session.connect()
  const scripts = new Map<string, string>()
  const threads: string[] = []
  const send = (sessionId: string, methods: readonly string[]): Promise<unknown> =>
    // A thread may have ended in the meantime.
    Promise.allSettled(methods.map((method, id) => session.post('NodeWorker.sendMessageToWorker', { sessionId, message: JSON.stringify({ id, method }) }))) // prettier-ignore
  const frames = new Promise<readonly Frame[]>(resolve => {
    session.on('NodeWorker.receivedMessageFromWorker', ({ params: { message } }) => {
      const { method, params } = JSON.parse(message) as DebuggerMessage
      if (method === 'Debugger.scriptParsed') scripts.set(params.scriptId, pathOf(params.url))
      const isCode = ({ location }: Frame) => /[\\/]src[\\/][\w.-]+\.ts$/.test(scripts.get(location.scriptId) ?? '')
      if (method !== 'Debugger.paused') return
      if (params.callFrames.some(isCode)) resolve(params.callFrames)
      // The thread is outside the code under test: don't keep it waiting.
      else if (resume) resolve([])
    })
    setTimeout(() => resolve([]), resume ? ANSWER_MS.meanwhile : ANSWER_MS.last)
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

/** The running code has lost its types, and some lines with them: the source map knows the original line. */
function placeOf({ functionName: name, location }: Frame, file: string, mapOf: MapOf): RunningAt {
  const map = mapOf(file)
  const found = map && new SourceMap(map).findEntry(location.lineNumber, location.columnNumber)
  return { name, file, line: 1 + (found && 'originalLine' in found ? found.originalLine : location.lineNumber) }
}

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url)
