// Moving whole rows about. x [A, R, B] is A blocks of R rows of B numbers; `bytes` is 4 B.

/** y [A, n, B]: y[a, i] = x[a, indices[i]] */
export function gather(x: usize, indices: usize, y: usize, A: i32, R: i32, bytes: usize, n: i32): void {
  for (let a = 0; a < A; a++) {
    for (let i = 0; i < n; i++) {
      copyRow(x + bytes * load<i32>(indices + ((<usize>i) << 2)), y, bytes)
      y += bytes
    }
    x += bytes * R
  }
}

/** y [A, R, B], zeros plus each row dy[a, i] at indices[i]. */
export function scatterAdd(dy: usize, indices: usize, y: usize, A: i32, R: i32, bytes: usize, n: i32): void {
  memory.fill(y, 0, bytes * R * A)
  for (let a = 0; a < A; a++) {
    for (let i = 0; i < n; i++) {
      addRow(dy, y + bytes * load<i32>(indices + ((<usize>i) << 2)), bytes)
      dy += bytes
    }
    y += bytes * R
  }
}

/** Copies `rows` rows to where they stand further apart. */
export function spreadRows(x: usize, y: usize, rows: i32, bytes: usize, stride: usize): void {
  for (let i = 0; i < rows; i++) {
    copyRow(x, y, bytes)
    x += bytes
    y += stride
  }
}

// @ts-ignore: decorator
@inline
function copyRow(x: usize, y: usize, bytes: usize): void {
  if (bytes == 4) store<f32>(y, load<f32>(x))
  else memory.copy(y, x, bytes)
}

function addRow(x: usize, y: usize, bytes: usize): void {
  const whole = y + (bytes & ~15)
  const end = y + bytes
  for (; y < whole; y += 16) {
    v128.store(y, f32x4.add(v128.load(y), v128.load(x)))
    x += 16
  }
  for (; y < end; y += 4) {
    store<f32>(y, load<f32>(y) + load<f32>(x))
    x += 4
  }
}
