import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Lab } from '@backprop/course'
import { COURSE_ROOT, findLabs } from '../src/course.ts'

export interface SmallLab {
  /** Holds `labs/` and `solutions/`; the caller removes it. */
  readonly root: string
  readonly lab: Lab
  /** Writes a submission and returns its folder. */
  readonly submit: (name: string, code: string) => string
}

/** A lab with one edited file, `src/small.ts`, and this hidden suite: the tests of one exercise, `small`. */
export async function smallLab(tests: readonly string[], hidden: string, id = '01-small'): Promise<SmallLab> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'small-')))
  const dir = join(root, 'labs', id)
  const write = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const manifest = {
    id,
    title: 'A small lab',
    points: 100,
    edit: ['src/small.ts'],
    mayImport: {},
    limits: { loadSeconds: 20, callSeconds: 10, cpuSeconds: 20, wallSeconds: 120, memoryMB: 256 },
    exercises: [
      {
        id: 'small',
        title: 'Small',
        requires: [],
        tests: tests.map((id, i) => ({ id, weight: i === 0 ? 101 - tests.length : 1, concept: `test ${id}` })),
      },
    ],
  }
  write(join(dir, 'lab.json'), JSON.stringify(manifest))
  write(join(dir, 'hidden/small.test.ts'), hidden)
  write(join(root, 'solutions', id, 'src/small.ts'), 'export const stub = 1\n')
  symlinkSync(join(COURSE_ROOT, 'labs/01-perceptron/node_modules'), join(dir, 'node_modules'), 'junction')
  const submit = (name: string, code: string) => {
    write(join(root, 'submissions', name, 'src/small.ts'), code)
    return join(root, 'submissions', name)
  }
  return { root, lab: (await findLabs(id, root))[0], submit }
}
