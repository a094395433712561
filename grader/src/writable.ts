import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { diskFault, proveWritable } from '@backprop/files'
import { UsageError } from './errors.ts'
import { makeWorkFolder } from './sandbox/tiers/host.ts'

/** Says before anything is done why the folder that an option names cannot be written, if it cannot. */
export async function demandWritable(folder: string, option: string): Promise<void> {
  try {
    await proveWritable(folder)
  } catch (error) {
    throw inWords(error, `Another folder can be given with ${option}.`)
  }
}

/** What a submission, its suite and the packages that it may import take in the temporary folder. */
const TEMPORARY_BYTES = 8 << 20

/** The same for the temporary folder. */
export async function demandTemporary(): Promise<void> {
  const folder = makeWorkFolder()
  try {
    await proveWritable(folder, TEMPORARY_BYTES)
  } catch (error) {
    throw inWords(error, `The temporary folder is "${tmpdir()}"; the environment variable TMPDIR names another one.`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function inWords(error: unknown, hint: string): unknown {
  const words = diskFault(error)
  return words === null ? error : new UsageError(`${words} ${hint}`)
}
