/** Name of the error that the changed code throws. Its message tells the operation: `x / sum is 0 / 0, which is NaN`. */
export const NAN_MADE = 'NaNMade'
