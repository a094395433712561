import { createPublicKey } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createWhole, diskFault } from '@backprop/files'
import { UsageError } from '../errors.ts'
import { keyId, makeKeys, PUBLIC_KEY, SIGNING_KEY } from '../signing/keys.ts'
import { command, EXIT } from './command.ts'

export const keygen = command({
  name: 'keygen',
  summary: 'Create a key pair for signing reports',
  syntax: parser =>
    parser
      .option('--out <file>', 'the private key; the public one goes to FILE.pub', 'backprop-signing-key')
      .addHelpText(
        'after',
        `
Never overwrites a file. Reports are signed if ${SIGNING_KEY} is set to the private key: either the path of its file,
or its text, as in a workflow's secret. Keep the private key out of every repository.`,
      ),
  async run(_, { out }, { stdout }) {
    const privateFile = resolve(out)
    const publicFile = `${privateFile}.pub`
    const { privatePem, publicPem } = makeKeys()
    await writeNew(privateFile, privatePem, 0o600)
    try {
      await writeNew(publicFile, publicPem, 0o644)
    } catch (error) {
      await rm(privateFile)
      throw error
    }
    stdout.write(
      `Private key  ${privateFile}\nPublic key   ${publicFile}\nKey id       ${keyId(createPublicKey(publicPem))}\n\n` +
        `Keep the private key to yourself and out of every repository. To sign reports, set\n` +
        `  ${SIGNING_KEY}=${privateFile}\n` +
        `To check them:\n  pnpm grade verify FILE --key ${quoted(publicFile)}\n` +
        `or set ${PUBLIC_KEY} once.\n`,
    )
    return EXIT.fullMarks
  },
})

async function writeNew(file: string, content: string, mode: number): Promise<void> {
  const isNew = await createWhole(file, content, mode).catch((error: unknown) => {
    if (diskFault(error) !== null) throw error
    throw new UsageError(`"${file}" cannot be written: ${(error as Error).message}.`)
  })
  if (!isNew)
    throw new UsageError(`"${file}" already exists, and keys are never overwritten. Choose another file with --out.`)
}

const quoted = (path: string): string => (/\s/.test(path) ? `"${path}"` : path)
