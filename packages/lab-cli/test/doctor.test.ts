import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findLabs } from '@backprop/course'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { libraryChecks } from '../src/commands/doctor-checks.ts'
import { terminalCheck } from '../src/commands/lab-doctor.ts'
import { Student } from './student.ts'
import { start } from './typed.ts'

let student: Student
beforeEach(() => (student = new Student()))
afterEach(() => student.remove())

describe('pnpm lab doctor', () => {
  test('says what there is, with a reason for each', async () => {
    const { code, stdout } = await start(student.root, 'doctor')
    expect(code).toBe(0)
    for (const part of ['fine   Node', 'fine   TypeScript', 'note   Terminal', 'fine   Backend'])
      expect(stdout).toContain(part)
    expect(stdout, 'this lab needs no more').not.toMatch(/WebAssembly|MNIST|CIFAR/)
  })

  test('a lab whose packages are gone has a fix', async () => {
    rmSync(join(student.folder, 'node_modules'), { recursive: true })
    const { code, stdout } = await start(student.root, 'doctor')
    expect(code).toBe(1)
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /broken Backend labs\/01-neuron cannot load @backprop\/core: Cannot find [^:]+ fix: delete the folder node_modules and run "pnpm install"/,
    )
  })

  test('one lab that lacks a package is enough, though another has it', async () => {
    student.addLab('02-again')
    rmSync(join(student.root, 'labs/02-again/node_modules'), { recursive: true })
    const { code, stdout } = await start(student.root, 'doctor')
    expect(code).toBe(1)
    expect(stdout).toContain('broken Backend     labs/02-again cannot load @backprop/core')
  })

  test('tries all that the labs of this course need', async () => {
    const parts = await libraryChecks(await findLabs(resolve(import.meta.dirname, '../../..'), 'all'), () => {})
    expect(parts).toEqual([
      { name: 'Backend', state: 'good', reason: 'plain: computes on the CPU' },
      {
        name: 'WebAssembly',
        state: 'good',
        reason: expect.stringMatching(/^(relaxed|plain) SIMD, (\d threads|one thread \(.+\))$/) as string,
      },
      { name: 'MNIST', state: 'good', reason: '70,000 images' },
      { name: 'CIFAR-10', state: 'good', reason: '60,000 images' },
    ])
  })

  test('a terminal that cannot watch has a reason', () => {
    expect(terminalCheck(true, true, { CI: '1' }).reason).toContain('CI is set')
    expect(terminalCheck(false, true, {}).reason).toContain('not a terminal')
    expect(terminalCheck(true, true, { NO_COLOR: '1' }).reason).toContain('without colors')
  })
})
