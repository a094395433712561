import type { Lab } from '@backprop/course'
import { type Report, withSections } from '@backprop/report'
import type { Context } from '../context.ts'
import { makeReport } from '../report/make-report.ts'
import { faultLog, faultOf, type LabFault, reasonOf, ungraded } from '../report/ungraded.ts'
import type { Logged } from '../report/write-report.ts'
import { type GradedLab, gradeLab } from './grade-lab.ts'
import { Progress } from './lab-progress.ts'
import { chooseMachine, type MachineOptions } from './machine.ts'
import { prepareLab } from './prepare-lab.ts'
import { type Draws, namesOf } from './seed-key.ts'

export interface CourseOptions extends MachineOptions {
  readonly labs: readonly Lab[]
  /** The folder to grade for a lab. */
  readonly submissionOf: (lab: Lab) => string
  /** What the report calls the submission. */
  readonly name: string
  readonly draws: Draws
}

/** Grades labs one after another, shows progress, and assembles the report. */
export async function gradeCourse(
  options: CourseOptions,
  { stderr, now, signal }: Pick<Context, 'stderr' | 'now' | 'signal'>,
): Promise<{ report: Report; labs: readonly Logged[] }> {
  const machine = await chooseMachine(options)
  const { backend, slowness } = machine
  const tier = machine.tier.id
  const { name, draws, submissionOf } = options
  const progress = new Progress(stderr)
  const labs: GradedLab[] = []
  const faults: LabFault[] = []
  for (const lab of options.labs) {
    signal.throwIfAborted()
    progress.begin(lab)
    try {
      const { onEvent } = progress
      const prepared = await prepareLab(lab)
      labs.push(
        withSections(
          await gradeLab({
            lab,
            prepared,
            submission: submissionOf(lab),
            tier,
            backend,
            slowness,
            draws,
            signal,
            onEvent,
          }),
          prepared.sections,
        ),
      )
    } catch (error) {
      signal.throwIfAborted()
      faults.push(faultOf(lab, error))
    } finally {
      progress.end()
    }
  }
  if (labs.length === 0) throw faults[0].error
  for (const fault of faults)
    stderr.write(`✗ ${fault.lab.manifest.id}: no score, because the grader failed: ${reasonOf(fault)}\n`)
  for (const { id, alerts } of labs)
    for (const alert of alerts)
      stderr.write(`! ${id}: a hidden test broke on an answer, and counts as failed: ${alert}\n`)

  return {
    report: makeReport({
      submission: name,
      labs,
      ungraded: faults.map(ungraded),
      ...machine,
      ...namesOf(draws),
      gradedAt: now(),
    }),
    labs: [...labs, ...faults.map(fault => ({ id: fault.lab.manifest.id, log: faultLog(fault) }))],
  }
}
