/** What other systems say of their files, field by field, as JSON Schemas. */

const text = { type: 'string' }
const name = { type: 'string', minLength: 1 }
const count = { type: 'integer', minimum: 0 }
const instant = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\dZ$' }

/** All fields but those named in `optional` are required, and there are no others. */
function record(properties: Record<string, object>, optional: readonly string[] = []): object {
  const required = Object.keys(properties).filter(key => !optional.includes(key))
  return { type: 'object', additionalProperties: false, required, properties }
}

export const SCHEMAS = {
  classroom50: record(
    {
      schema: { const: 'classroom50/result/v1' },
      classroom: name,
      assignment: name,
      assignment_type: { enum: ['individual', 'group'] },
      owner: name,
      submission: { type: 'string', pattern: '^submit/' },
      commit: name,
      release: name,
      review: name,
      datetime: instant,
      graded_at: instant,
      score: count,
      'max-score': count,
      tests: {
        type: 'array',
        items: {
          type: 'object',
          required: ['test-name', 'passed', 'score', 'max-score'],
          properties: { 'test-name': name, passed: { type: 'boolean' }, score: count, 'max-score': count },
        },
      },
    },
    ['graded_at'],
  ),
  githubClassroom: record({
    version: { const: 1 },
    status: { enum: ['pass', 'fail', 'error'] },
    max_score: { type: 'integer', minimum: 1 },
    tests: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: record({
        name,
        status: { enum: ['pass', 'fail', 'error'] },
        score: count,
        message: text,
        test_code: text,
        filename: text,
        line_no: { const: 0 },
        duration: count,
      }),
    },
  }),
  gradescope: record(
    {
      score: count,
      execution_time: { type: 'number', minimum: 0 },
      output: text,
      output_format: { const: 'text' },
      test_output_format: { const: 'text' },
      test_name_format: { const: 'text' },
      visibility: { const: 'visible' },
      stdout_visibility: { const: 'hidden' },
      extra_data: { type: 'object' },
      tests: {
        type: 'array',
        items: record({
          score: count,
          max_score: count,
          status: { enum: ['passed', 'failed'] },
          name,
          number: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
          output: { type: 'string', pattern: '^[^\\r]*$' },
          tags: { type: 'array', items: name },
          extra_data: { type: 'object' },
        }),
      },
    },
    ['score', 'execution_time', 'test_output_format', 'test_name_format', 'visibility', 'extra_data', 'tests'],
  ),
  exercism: {
    ...record(
      {
        version: { enum: [1, 3] },
        status: { enum: ['pass', 'fail', 'error'] },
        message: { type: 'string', minLength: 1, maxLength: 65_535 },
        tests: {
          type: 'array',
          items: {
            ...record(
              {
                name,
                status: { enum: ['pass', 'fail', 'error'] },
                message: { type: 'string', minLength: 1 },
                output: { type: 'string', maxLength: 500 },
                task_id: { type: 'integer', minimum: 1 },
              },
              ['message', 'output'],
            ),
            if: { properties: { status: { enum: ['fail', 'error'] } } },
            then: { required: ['message'] },
          },
        },
      },
      ['message', 'tests'],
    ),
    if: { properties: { status: { const: 'error' } } },
    then: { required: ['message'] },
    else: { required: ['tests'] },
  },
  prairielearn: {
    ...record(
      {
        gradable: { type: 'boolean' },
        score: { type: 'number', minimum: 0, maximum: 1 },
        message: text,
        format_errors: { type: 'array', items: text },
        output: text,
        tests: {
          type: 'array',
          items: record({ name, description: text, points: count, max_points: count, message: text, output: text }),
        },
      },
      ['score', 'output', 'tests', 'format_errors'],
    ),
    if: { properties: { gradable: { const: true } } },
    then: { required: ['score', 'tests'] },
    else: { not: { required: ['score'] } },
  },
} satisfies Record<string, object>
