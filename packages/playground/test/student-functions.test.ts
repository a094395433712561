import { renameSync, rmSync, writeFileSync } from 'node:fs'
import * as core from '@backprop/core'
import { findLabs } from '@backprop/course'
import * as nn from '@backprop/nn'
import { expect, test } from '@backprop/testkit'
import { afterEach, beforeEach, describe } from 'vitest'
import { StudentFunctions } from '../src/server/student-functions.ts'
import { sharePackages } from '../src/slots/shared-packages.ts'
import { SlotSet } from '../src/slots/slot-set.ts'
import type { StudentFile } from '../src/worker/protocol.ts'
import { CourseCopy } from './course-copy.ts'

const ACTIVATIONS = '02-activations/src/activations.ts'
const TANH = 'return x.map(Math.tanh)'

let course: CourseCopy
let functions: StudentFunctions | undefined
const changes: (readonly StudentFile[])[] = []
const troubles: string[] = []

beforeEach(() => {
  course = new CourseCopy()
})
afterEach(async () => {
  await functions?.close()
  functions = undefined
  course.remove()
  changes.length = 0
  expect(troubles.splice(0)).toEqual([])
})

function start(): StudentFunctions {
  functions = new StudentFunctions(
    { root: course.root, solutions: false },
    { onChange: files => changes.push(files), onTrouble: why => troubles.push(why) },
  )
  return functions
}

/** The file `02-activations/src/activations.ts` in a list. */
const find = (files: readonly StudentFile[] | undefined, path: string): StudentFile => {
  const found = files?.find(({ lab, file }) => `${lab}/${file}` === `labs/${path}`)
  if (!found) throw new Error(`${path} is not among ${files?.map(({ file }) => file).join(', ')}`)
  return found
}

type Functions = Record<string, (...args: unknown[]) => unknown>
const load = ({ code = '' }: StudentFile): Promise<Functions> =>
  import(`data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`) as Promise<Functions>

/** The first change that holds what is looked for: a save may be seen in several steps, and late on a busy machine. */
const changeWith = (isIt: (files: readonly StudentFile[]) => boolean) =>
  expect.poll(() => changes.find(isIt), { timeout: 120_000 })

describe('at the start', () => {
  test('there is a module for each file to edit of each lab, whose stubs say that they are not written', async () => {
    const files = await start().all()
    const expected = (await findLabs(course.root, 'all')).flatMap(({ manifest }) =>
      manifest.edit.map(file => `labs/${manifest.id}/${file}`),
    )
    expect(files.map(({ lab, file }) => `${lab}/${file}`)).toEqual(expected)
    expect(files.filter(({ error }) => error !== undefined)).toEqual([])
    const { relu, erf } = await load(find(files, ACTIVATIONS))
    expect(() => relu([1])).toThrow(expect.objectContaining({ name: 'NotImplemented', exercise: 'relu' }) as Error)
    expect(erf(0)).toBe(0)
  })

  test('modules need nothing else, not even the packages that a lab may import', async () => {
    course.write(
      '05-mnist-mlp/src/judge.ts',
      "import { plain, sum, tensor } from '@backprop/core'\nexport const two = () => sum(tensor([1, 1], { on: plain() })).item()",
    )
    const { two } = await load(find(await start().all(), '05-mnist-mlp/src/judge.ts'))
    expect(await two()).toBe(2)
  })

  test('the source map leads to the line in the student’s file', async () => {
    const { map = '', code = '' } = find(await start().all(), '02-activations/src/derivatives.ts')
    expect(code).not.toContain('sourceMappingURL')
    expect((JSON.parse(map) as { sources: string[] }).sources).toEqual(
      expect.arrayContaining(['labs/02-activations/src/derivatives.ts']),
    )
  })
})

describe('what does not compile says why', () => {
  test('a syntax error has its line and column', async () => {
    course.answer(ACTIVATIONS, 'tanh', 'return x.map(')
    const { error, code } = find(await start().all(), ACTIVATIONS)
    const line =
      course
        .read(ACTIVATIONS)
        .split('\n')
        .findIndex(text => text.includes('return x.map(')) + 2
    expect(error).toMatch(new RegExp(`^src/activations\\.ts:${line}:1: Unexpected "}"`))
    expect(code).toBeUndefined()
  })

  test('an import that the lab does not allow is refused', async () => {
    course.write('01-perceptron/src/perceptron.ts', "import { tensor } from '@backprop/core'\nexport const t = tensor")
    course.write('01-perceptron/src/quiz.ts', "import { readFileSync } from 'node:fs'\nexport const q = readFileSync")
    const files = await start().all()
    expect(find(files, '01-perceptron/src/perceptron.ts').error).toContain('may not import "@backprop/core"')
    expect(find(files, '01-perceptron/src/quiz.ts').error).toContain('may not import "node:fs"')
  })

  test('a file that is missing or has another name says so', async () => {
    renameSync(course.pathOf('03-losses/src/losses.ts'), course.pathOf('03-losses/src/loses.ts'))
    rmSync(course.pathOf('01-perceptron/src'), { recursive: true })
    const files = await start().all()
    expect(find(files, '03-losses/src/losses.ts').error).toBe('src/losses.ts is missing; found src/loses.ts.')
    expect(find(files, '01-perceptron/src/perceptron.ts').error).toContain('src/perceptron.ts is missing')
  })
})

describe('after a save', () => {
  test('the files that are different now are sent, with those that import them, and no others', async () => {
    await start().all()
    course.answer(ACTIVATIONS, 'tanh', TANH)
    await changeWith(files => files.some(({ code }) => code?.includes('Math.tanh'))).toBeDefined()
    const sent = changes.flat().map(({ lab, file }) => `${lab}/${file}`)
    expect([...new Set(sent)]).toEqual([`labs/${ACTIVATIONS}`])
    const { tanh } = await load(find(changes.at(-1), ACTIVATIONS))
    expect(tanh([0])).toEqual([0])
    expect(find(await functions?.all(), ACTIVATIONS)).toEqual(find(changes.at(-1), ACTIVATIONS))
  })

  test('an editor may replace the file or delete it for a moment', async () => {
    await start().all()
    const path = course.pathOf(ACTIVATIONS)
    const code = course.read(ACTIVATIONS)
    writeFileSync(`${path}.tmp`, code.replace("throw new NotImplemented('relu')", 'return [4711]'))
    renameSync(`${path}.tmp`, path)
    await changeWith(files => files.some(({ code }) => code?.includes('4711'))).toBeDefined()
    rmSync(path)
    await changeWith(files => files.some(({ error }) => error?.includes('src/activations.ts is missing'))).toBeDefined()
    writeFileSync(path, code.replace("throw new NotImplemented('relu')", 'return [4712]'))
    await changeWith(files => files.some(({ code }) => code?.includes('4712'))).toBeDefined()
  })

  test('a file that is broken and then repaired is sent both times', async () => {
    await start().all()
    const before = course.read(ACTIVATIONS)
    course.write(ACTIVATIONS, `${before}\n)`)
    await changeWith(files => files.some(({ error }) => error?.includes('Unexpected ")"'))).toBeDefined()
    changes.length = 0
    course.write(ACTIVATIONS, before)
    await changeWith(files => files.some(({ file, code }) => file === 'src/activations.ts' && code !== undefined)).toBeDefined() // prettier-ignore
  })
})

test('files whose functions take tensors share the packages with the worker that calls them', async () => {
  sharePackages({ '@backprop/core': core, '@backprop/nn': nn })
  const file = '10-attention/src/attention.ts'
  course.answer(file, 'attention', 'return tensor([], { on, shape: [0, 1, 0] })')
  course.answer(
    file,
    'attention',
    "if (mask === undefined) throw new RangeError('no mask')\n  const weights = softmax(add(matmul(q, k, { transposeB: true }), mask))\n  return { y: matmul(weights, v), weights }",
  )
  course.write(file, course.read(file).replace(/^import \{[^}]*\} from '@backprop\/core'/m, "import { add, matmul, softmax, tensor } from '@backprop/core'")) // prettier-ignore
  const files = await start().all()
  const slots = new SlotSet(async code => {
    const url = `data:text/javascript,${encodeURIComponent(code)}`
    return { exports: (await import(/* @vite-ignore */ url)) as unknown, url }
  }, 'words')
  await slots.load(files)
  const states = slots.statuses(() => true, true).map(({ id, state, why }) => [id, why ?? state])
  expect(Object.fromEntries(states)).toEqual({
    positions: 'not written yet',
    attention: 'yours',
    forward: 'not written yet',
    fit: 'not written yet',
    rollout: 'not written yet',
  })
})
