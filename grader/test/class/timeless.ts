/** What the grader wrote, without the times: all else must be the same in every run. */
export const timeless = (text: string): string =>
  text
    .replace(/"ms":( ?)\d+/g, '"ms":$10')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d UTC/g, 'TIME')
