import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findLabs, type Lab } from '@backprop/course'
import { rangesOf } from '../src/lab/exercise-functions.ts'
import { Screen } from '../test/pty.ts'

/**
 * `pnpm lab:bench [lab …]`: how long a student waits from saving a file to the result on the screen, in a real
 * pseudo-terminal with the watching, the type check and the tests of the exercise, with the reference solution in place.
 */

const ROOT = resolve(import.meta.dirname, '../../..')
const SAVES = 5
/** As many exercises of a lab, spread evenly over it. */
const EXERCISES = 3
const DOWN = '\u001b[B'

const asked = process.argv.slice(2)
const labs = (
  await Promise.all((asked.length > 0 ? asked : ['1', '2', '3', '4']).map(name => findLabs(ROOT, name)))
).flat()
console.log(`${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}, Node ${process.versions.node}`)
console.log(`load of the machine at the start: ${loadavg()[0].toFixed(1)}\n`)
console.log('milliseconds from saving to the result    median   fastest   slowest')
const all: number[] = []
for (const lab of labs) {
  const times = await loopTimes(lab)
  all.push(...times)
  console.log(row(lab.manifest.id, times))
}
console.log(row('all', all))
process.exitCode = median(all) < 1000 ? 0 : 1

/** Some exercises of a lab, each saved a few times. */
async function loopTimes(course: Lab): Promise<number[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'loop-')))
  const { id } = course.manifest
  const dir = join(root, 'labs', id)
  cpSync(course.dir, dir, { recursive: true, filter: path => !/node_modules|\.cache|hidden/.test(path) })
  cpSync(join(dir, 'src'), join(dir, '.stubs/src'), { recursive: true })
  cpSync(join(ROOT, 'solutions', id, 'src'), join(dir, 'src'), { recursive: true })
  cpSync(join(ROOT, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'))
  symlinkSync(join(course.dir, 'node_modules'), join(dir, 'node_modules'), 'junction')
  const lab = { ...course, dir }
  const [first, ...others] = spread(lab.manifest.exercises)
  const screen = await Screen.lab(root, [id, first.id], { rows: 50 })
  try {
    const times: number[] = []
    const ids = lab.manifest.exercises.map(({ id: exercise }) => exercise)
    let here = 0
    for (const exercise of [first, ...others]) {
      const there = ids.indexOf(exercise.id)
      if (there > here) await goTo(screen, ids.slice(here + 1, there + 1))
      here = there
      await screen.shows(new RegExp(`\\(${exercise.id}\\)[\\s\\S]*(Done|Not right)`), 120)
      await screen.rests()
      times.push(...(await savingTimes(screen, lab, exercise.id)))
    }
    return times
  } finally {
    screen.kill()
    await screen.exit
    rmSync(root, { recursive: true, force: true })
  }
}

/** Goes down the list, one exercise after the other, to the wanted one. */
async function goTo(screen: Screen, ids: readonly string[]): Promise<void> {
  screen.press('l')
  await screen.shows('Enter go there')
  for (const id of ids) {
    screen.press(DOWN)
    await screen.shows(new RegExp(`[›>] . [a-z ]+ ${id} `))
  }
  screen.press('\r')
}

/** Each save prints another word, so that the result on the screen is known to be of this save. */
async function savingTimes(screen: Screen, lab: Lab, exercise: string): Promise<number[]> {
  const [span] = await rangesOf(lab, exercise)
  if (!span) return []
  const file = join(lab.dir, span.file)
  const source = readFileSync(file, 'utf8')
  const times: number[] = []
  for (let i = 0; i < SAVES; i++) {
    const word = `${exercise} saved ${i}`
    const start = performance.now()
    writeFileSync(file, `${source}\nconsole.log('${word}')\n`)
    await screen.shows(word)
    times.push(performance.now() - start)
    // Exercises that are done are checked again when nothing is saved: wait for that, as a student who is thinking would.
    await screen.rests(3000)
  }
  writeFileSync(file, source)
  return times
}

function spread<T>(list: readonly T[]): T[] {
  const places = Array.from({ length: EXERCISES }, (_, i) => Math.round((i * (list.length - 1)) / (EXERCISES - 1)))
  return places.map(place => list[place])
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function row(name: string, times: readonly number[]): string {
  const shown = [median(times), Math.min(...times), Math.max(...times)].map(ms => ms.toFixed(0).padStart(9))
  return `${name.padEnd(39)}${shown.join(' ')}`
}
