/** What all tests of the grader run with: grading uses two cores by itself, and the user's own seed key is not touched. */
export const GRADING = { maxConcurrency: 2, env: { BACKPROP_SEED_KEY: '5eed'.repeat(16) } }
