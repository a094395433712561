/** Runs `work` in samples of about 20 ms each and returns the milliseconds of one run: the best and the median. */
export function measure(work: () => void, samples = 25): { readonly best: number; readonly median: number } {
  const once = timed(work, 1)
  const runs = Math.max(1, Math.round(20 / once))
  timed(work, Math.max(runs, 3)) // warms up
  const times = Array.from({ length: samples }, () => timed(work, runs)).sort((a, b) => a - b)
  return { best: times[0], median: times[samples >> 1] }
}

function timed(work: () => void, runs: number): number {
  const start = performance.now()
  for (let run = 0; run < runs; run++) work()
  return (performance.now() - start) / runs
}
