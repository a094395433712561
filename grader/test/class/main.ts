import { findLabs } from '../../src/course.ts'
import { makeClass } from './generate.ts'

/** Makes a class to try `pnpm grade class` on: node packages/launch/launch.mjs grader/test/class/main.ts DIR [COUNT] [LAB] */

const [folder, count = '200', name = '1'] = process.argv.slice(2)
const [lab] = await findLabs(name)
const students = await makeClass(folder, lab, Number(count))
process.stdout.write(`${students.length} submissions to ${lab.manifest.id} in ${folder}\n`)
