// Walks a strided view row by row. The host merges axes that one stride walks through, and writes the others here,
// outermost first. The innermost axis is the row, and is not in the list.

/** Room for 16 axes of 4 numbers each: length, and the strides of two operands in bytes, and a counter. */
const axes: usize = memory.data(16 * 16, 16)

/** Where the host writes the axes. */
export function axesAt(): usize {
  return axes
}

/** The address of the current row of each operand. */
export let left: usize = 0
export let right: usize = 0

/** Starts at the first row; returns how many rows there are. */
export function firstRow(rank: i32, a: usize, b: usize): i32 {
  left = a
  right = b
  let rows = 1
  for (let axis = 0; axis < rank; axis++) {
    const at = axes + ((<usize>axis) << 4)
    store<i32>(at, 0, 12)
    rows *= load<i32>(at)
  }
  return rows
}

/** Steps to the next row like an odometer: the last wheel first, and a wheel that overflows goes back to 0. */
export function nextRow(rank: i32): void {
  for (let axis = rank - 1; axis >= 0; axis--) {
    const at = axes + ((<usize>axis) << 4)
    const length = load<i32>(at)
    const stepLeft = load<i32>(at, 4)
    const stepRight = load<i32>(at, 8)
    const count = load<i32>(at, 12) + 1
    left += stepLeft
    right += stepRight
    if (count < length) {
      store<i32>(at, count, 12)
      return
    }
    left -= stepLeft * length
    right -= stepRight * length
    store<i32>(at, 0, 12)
  }
}
