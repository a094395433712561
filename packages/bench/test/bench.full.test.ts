import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Report } from '../src/report.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const command = ['packages/launch/launch.mjs', 'packages/bench/src/bench.ts']

const bench = (...args: string[]) => promisify(execFile)(process.execPath, [...command, ...args], { cwd: root })

describe('the command line', () => {
  test('prints a report for programs', async () => {
    const { stdout } = await bench('sgemm-256', '--quick', '--json')
    const { machine, clock, versions, cases } = JSON.parse(stdout) as Report

    expect(machine).toEqual({
      cpu: expect.any(String) as string,
      cores: expect.any(Number) as number,
      node: process.versions.node,
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    })
    expect(clock).toBe('elapsed')
    expect(cases.map(({ id, unit }) => [id, unit])).toEqual([['sgemm-256', 'GFLOP/s']])
    const [{ ours, oursThreads, peers, detail }] = cases
    for (const [name, version] of Object.entries(versions)) {
      expect(Object.keys(peers)).toContain(name)
      expect(version).toMatch(/^(PyTorch|JAX|Keras) \d/)
    }
    expect(Object.keys(peers)).toEqual(['pytorch', 'jax', 'keras', 'jax-js', 'tfjs-wasm', 'tfjs-cpu'])
    expect(Object.keys(detail)).toEqual(['ours', 'ours-threads', 'bare-kernel', ...Object.keys(peers)])
    for (const [name, value] of Object.entries({ ours, 'ours-threads': oursThreads, ...peers })) {
      const { median, min = 0, max = 0, samples, reason } = detail[name]
      expect(median ?? null, name).toBe(value)
      if (value === null) expect(reason, name).toMatch(/\w/)
      else {
        expect(min, name).toBeGreaterThan(0)
        expect(value, name).toBeGreaterThanOrEqual(min)
        expect(value, name).toBeLessThanOrEqual(max)
        expect(samples, name).toBeGreaterThan(0)
      }
    }
  })

  test('measures processor time if asked to', async () => {
    const { stdout } = await bench('mlp-step-32', '--quick', '--json', '--processor')
    const { clock, cases } = JSON.parse(stdout) as Report
    expect(clock).toBe('processor')
    const [{ ours, oursThreads }] = cases
    expect(ours).toBeGreaterThan(0)
    expect(oursThreads).toBeNull()
  })

  test('lists the cases when asked for an unknown one', async () => {
    await expect(bench('sgemm-7')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr:
        'There is no case "sgemm-7"; ' +
        'the cases are sgemm-256, sgemm-1024, mlp-step-32, mlp-step-128, cnn-step-64, attention-step-64, ' +
        'mnist-5-epochs, mnist-scaled-pixels, mnist-raw-pixels.\n',
    })
  })

  test('lists the cases of threads when asked for an unknown one', async () => {
    await expect(bench('threads', 'sgemm-7')).rejects.toMatchObject({
      code: 2,
      stderr:
        'There is no case "sgemm-7"; ' +
        'the cases are sgemm-256, sgemm-1024, mlp-step-32, mlp-step-128, cnn-step-64, attention-step-64.\n',
    })
  })

  test('explains itself', async () => {
    expect((await bench('--help')).stdout).toContain('pnpm bench [case …] [--json] [--quick]')
    await expect(bench('--fast')).rejects.toMatchObject({ code: 2 })
  })
})
