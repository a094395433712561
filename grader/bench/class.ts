import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { COURSE_ROOT, findLabs, solutionDir } from '../src/course.ts'

/**
 * `pnpm grade:bench [students] [lab] [jobs]`: how long a class takes, 200 students of lab 01 with one job per processor by
 * default. Every submission is right and none is like another, so nothing comes from the cache.
 */

const [students = 200, labNumber = 1, jobs = availableParallelism()] = process.argv.slice(2).map(Number)
const [lab] = await findLabs(String(labNumber))
const folder = mkdtempSync(join(tmpdir(), 'backprop-class-'))
console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}, Node ${process.versions.node}`)
console.log(`load of the machine at the start: ${loadavg()[0].toFixed(1)}\n`)
try {
  for (let i = 0; i < students; i++) {
    const submission = join(folder, 'submissions', `student-${i}`)
    cpSync(solutionDir(lab), submission, { recursive: true, filter: path => !path.includes('node_modules') })
    appendFileSync(
      join(submission, lab.manifest.edit[0]),
      `\n/** Makes this file unlike all others. */\nexport const me = ${i}\n`,
    )
  }
  const [begun, busyBefore] = [performance.now(), busySeconds()]
  const options = {
    submissions: join(folder, 'submissions'),
    report: join(folder, 'report'),
    labs: labNumber,
    jobs,
    seed: 1,
  }
  const { status } = spawnSync(
    process.execPath,
    [
      ...['packages/launch/launch.mjs', 'grader/src/pnpm-grade.ts', 'class'],
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    { cwd: COURSE_ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const seconds = (performance.now() - begun) / 1000
  console.log(`\n${students} × ${lab.manifest.id} with --jobs ${jobs}: ${seconds.toFixed(1)} s`)
  console.log(
    `per submission: ${(seconds / students).toFixed(2)} s, so 500 take ${(((seconds / students) * 500) / 60).toFixed(1)} minutes`,
  )
  if (busyBefore !== null)
    console.log(
      `processor time of the whole machine, per submission: ${((Number(busySeconds()) - busyBefore) / students).toFixed(2)} s`,
    )
  process.exitCode = status ?? 2
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/**
 * Seconds that all processors together were not idle; null where the system doesn't say. What the processes of tier A used
 * can't be read from a parent process, because they run in a separate PID namespace.
 */
function busySeconds(): number | null {
  try {
    const [user, nice, system] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/).slice(1).map(Number)
    return (user + nice + system) / 100
  } catch {
    return null
  }
}
