/** The answer of the README, whatever is asked. */
export const diagnose = () => 'overfit'
