/** The report's whole style sheet. */
export const STYLE = `
:root { --ink: #1d2433; --dim: #5b6476; --line: #dfe3ea; --paper: #fff; --good: #1f7a4d; --bad: #b3261e; --warn: #8a5a00; --track: #e8ebf1 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9f0; --dim: #9aa3b5; --line: #323949; --paper: #151922; --good: #5fcf97; --bad: #ff8a80; --warn: #f0b95a; --track: #2a3040 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 1.25rem 1rem 3rem; color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 1.35rem }
h2 { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; margin: 2.25rem 0 .4rem; font-size: 1.1rem }
h2 b { margin-left: auto; font-variant-numeric: tabular-nums }
small { color: var(--dim); font-weight: normal }
.score { margin: .2rem 0 .6rem; font-size: 1.1rem }
.score strong { font-size: 2.2rem; letter-spacing: -.02em }
.bar { height: .4rem; border-radius: 1rem; background: var(--track); overflow: hidden; margin-bottom: .8rem }
.bar i { display: block; height: 100%; background: var(--good) }
details { border-top: 1px solid var(--line) }
details:last-of-type { border-bottom: 1px solid var(--line) }
summary { list-style: none; cursor: pointer }
summary::-webkit-details-marker { display: none }
summary, li { display: grid; grid-template-columns: 1.2rem 1fr auto; gap: .1rem .5rem; padding: .55rem 0 }
summary .title { font-weight: 600 }
summary .word { grid-column: 2; grid-row: 2; font-size: .85rem; color: var(--dim) }
.points { grid-column: 3; grid-row: 1; font-variant-numeric: tabular-nums; white-space: nowrap }
ul { list-style: none; margin: 0 0 .6rem; padding: 0 0 0 1.7rem; font-size: .95rem }
li { padding: .2rem 0 }
li small { display: block }
em { display: block; color: var(--bad); font-style: normal; font-size: .9em }
.passed > summary .sign, li.passed .sign { color: var(--good) }
.failed > summary .sign, .error > summary .sign, .tampered > summary .sign, li.failed .sign, li.error .sign { color: var(--bad) }
.timeout > summary .sign, .out-of-memory > summary .sign, .missing > summary .sign { color: var(--warn) }
.problem { margin: 0 0 .8rem; padding: .6rem .8rem; border-left: 3px solid var(--bad); background: var(--track); white-space: pre-wrap; font-size: .9rem }
footer { margin-top: 2.5rem; color: var(--dim); font-size: .85rem }
footer h2 { font-size: .95rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: 0 }
dt { font-weight: 600 }
dd { margin: 0 }
@media print { details > ul { display: block } .bar i { print-color-adjust: exact } body { padding: 0 } }
`.trim()
