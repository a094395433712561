export { assemble, type Graded } from './assemble.ts'
export { toCsv } from './export/csv.ts'
export { ExportRefused, type ExportContext, type Exporter, type ExportFile } from './export/exporter.ts'
export {
  contextFor,
  EXPORT_HELP,
  EXPORTERS,
  exportReport,
  NoSuchExport,
  parseExports,
  writeExports,
} from './export/list.ts'
export {
  commentsOn,
  Final,
  finalPoints,
  inCents,
  isClosed,
  type Late,
  lateInWords,
  overrideInWords,
  stepsInWords,
  sumOfFinals,
} from './final.ts'
export {
  FROM_FUTURE,
  hasNotRun,
  isFromFuture,
  headline,
  percentOf,
  inWords,
  isShared,
  NO_GRADE,
  sharedCauses,
  type SharedCause,
  SUITE_NOTE,
  toLookAt,
} from './rows.ts'
export {
  Report,
  reportJsonSchema,
  type ReportExercise,
  type ReportLab,
  type ReportTest,
  type Ungraded,
} from './schema.ts'
export { score, withSections, type Outcome, type Scale, type ScoredLab } from './score.ts'
export { STATUSES, WORDS, type Status } from './status.ts'
