import { reportJsonSchema } from '@backprop/report'
import { classJsonSchema } from '../class/class-report.ts'
import { collectedJsonSchema } from '../class/collected.ts'
import { fetchedJsonSchema } from '../class/fetched.ts'
import { explanationJsonSchema } from '../explain/schema.ts'

/** A published JSON Schema: the data that it describes, and its file in grader/schema/. */
export interface Published {
  readonly name: string
  readonly what: string
  readonly file: string
  readonly schema: () => object
}

/** All published schemas. The files are generated from the code, and a test compares the two. */
export const SCHEMAS: readonly Published[] = [
  { name: 'report', what: 'report.json', file: 'report-v1.schema.json', schema: reportJsonSchema },
  { name: 'class', what: 'class.json', file: 'class-v1.schema.json', schema: classJsonSchema },
  {
    name: 'explanation',
    what: 'what "grade explain --json" prints',
    file: 'explanation-v1.schema.json',
    schema: explanationJsonSchema,
  },
  { name: 'collect', what: 'collect.json', file: 'collect-v1.schema.json', schema: collectedJsonSchema },
  { name: 'fetch', what: 'fetch.json', file: 'fetch-v1.schema.json', schema: fetchedJsonSchema },
]
