import { compile, type Compiled, type Sources } from '@backprop/course/submission'

/**
 * The process in which one submission is compiled: a few kilobytes can keep a compiler busy for hours or make
 * it fill the memory, and this one can be killed. The sources come as the only message, one message goes back.
 */

export type CompileReply = Compiled | { readonly crash: string }

/** The maximum size of one module; a course file is a few kilobytes. */
const MAX_MODULE_CHARACTERS = 4 << 20

process.once('message', (sources: Sources) => void answer(sources))
// Without a parent there is nothing to answer.
process.once('disconnect', () => process.exit(1))

async function answer(sources: Sources): Promise<void> {
  const reply: CompileReply = await compile(sources).then(bounded, (error: unknown) => ({ crash: String(error) }))
  process.send?.(reply, () => process.exit(0))
}

function bounded({ modules, problems }: Compiled): Compiled {
  const isLarge = ([, code]: [string, string]) => code.length > MAX_MODULE_CHARACTERS
  const large = Object.entries(modules).filter(isLarge)
  const complaints = large.map(([name, { length }]) => {
    const file = `src/${name.replace(/\.mjs$/, '.ts')}`
    const problem = `${file}: it becomes ${length} characters when it is compiled; at most ${MAX_MODULE_CHARACTERS} are taken`
    return [file, problem] as const
  })
  const small = Object.entries(modules).filter(entry => !isLarge(entry))
  return { modules: Object.fromEntries(small), problems: { ...problems, ...Object.fromEntries(complaints) } }
}
