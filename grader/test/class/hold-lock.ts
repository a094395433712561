import { GRADING, lock } from '../../src/lock.ts'

/** Takes the lock of a folder, says so, and keeps it until it is killed or its input ends. */

const [folder] = process.argv.slice(2)
try {
  const unlock = await lock(folder, GRADING, () => new Date())
  process.stdout.write('locked\n')
  process.stdin.on('end', unlock).resume()
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`)
}
