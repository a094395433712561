import { beforeAll, describe, test } from 'vitest'
import type { Backend } from '../src/index.ts'
import { adamTests } from './adam.ts'
import { composing } from './composing.ts'
import { kernelTests } from './kernels.ts'
import { longSums } from './long-sums.ts'
import { memoryTests } from './memory.ts'
import { opTests } from './ops.ts'
import { specials } from './specials.ts'
import type { Check } from './values.ts'

export interface ContractOptions {
  readonly name: string
  /** Called once. */
  readonly make: () => Promise<Backend>
  /**
   * What this backend cannot do: the title of a test, or what several have in common, and the reason for the report.
   */
  readonly skip?: readonly { readonly test: string | RegExp; readonly reason: string }[]
}

/**
 * What every backend has to do right, as tests: the whole test file of a backend may be one call of this. Each op and
 * each kernel is compared with the plain backend in float64, with the fused kernels and with what core composes.
 */
export function backendContract({ name, make, skip = [] }: ContractOptions): void {
  const titles = new Set<string>()
  describe(`${name} keeps the contract of a backend`, () => {
    let on: Backend
    beforeAll(async () => {
      on = await make()
    })
    const check: Check = (title, run) => {
      titles.add(title)
      const skipped = skip.find(one => isMeant(one.test, title))
      if (skipped) test.skip(`${title} (skipped: ${skipped.reason})`)
      else test(title, () => run(on))
    }
    kernelTests(check)
    memoryTests(check)
    adamTests(check)
    opTests(check)
    longSums(check)
    specials(check)
    describe('without its fused kernels', () => {
      const composed: Check = (title, run) => check(`composed: ${title}`, () => run(composing(on)))
      opTests(composed)
      specials(composed)
      // Here, because Vitest calls what is inside a describe later, and this last.
      for (const one of skip)
        if (![...titles].some(title => isMeant(one.test, title)))
          throw new Error(`backendContract: no test is called "${one.test}".`)
    })
  })
}

const isMeant = (test: string | RegExp, title: string): boolean =>
  typeof test === 'string' ? test === title : test.test(title)
