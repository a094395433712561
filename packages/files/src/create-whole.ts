import { randomUUID } from 'node:crypto'
import { link, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Creates a file unless something of that name exists, which is left unchanged. Of several processes that try at the same
 * time, one succeeds; and the file is whole as soon as it is there, except on a disk without hard links.
 *
 * @param mode permissions of the new file
 * @returns whether the file was created
 * @throws the error of the file system, with the path of `file`
 */
export async function createWhole(file: string, contents: string, mode = 0o666): Promise<boolean> {
  const draft = join(dirname(file), `.${randomUUID()}.part`)
  const options = { flag: 'wx', mode }
  try {
    await writeFile(draft, contents, options)
    await link(draft, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error
      await writeFile(file, contents, options)
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error instanceof Error ? Object.assign(error, { path: file }) : error
  } finally {
    await rm(draft, { force: true })
  }
}
