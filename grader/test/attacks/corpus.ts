import type { Attack } from './attack.ts'
import { ANSWERS } from './answers.ts'
import { CHANNEL } from './channel.ts'
import { COMPILER } from './compiler.ts'
import { JUDGE } from './judge.ts'
import { LEAVE } from './leave.ts'
import { MACHINE } from './machine.ts'
import { ODD_FILES } from './odd-files.ts'
import { RESOURCES } from './resources.ts'
import { SECRETS } from './secrets.ts'
import { TREE } from './tree.ts'

/** Attacks on whoever judges: they are shown the whole hidden suite. */
export const ON_THE_JUDGE: readonly Attack[] = JUDGE
/** All others: one exercise is enough to run them. */
export const ON_THE_REST: readonly Attack[] = [
  ...[...LEAVE, ...ANSWERS, ...CHANNEL],
  ...[...SECRETS, ...MACHINE, ...RESOURCES],
  ...[...TREE, ...ODD_FILES, ...COMPILER],
]

export const CORPUS: readonly Attack[] = [...ON_THE_JUDGE, ...ON_THE_REST]
