const LIGHT =
  '--ink: #1d2433; --dim: #5b6476; --line: #dfe3ea; --paper: #fff; --good: #1f7a4d; --bad: #b3261e; --warn: #8a5a00; --track: #e8ebf1; --heat: #1f7a4d'
const DARK =
  '--ink: #e6e9f0; --dim: #9aa3b5; --line: #323949; --paper: #151922; --good: #5fcf97; --bad: #ff8a80; --warn: #f0b95a; --track: #2a3040; --heat: #1f7a4d'

/** The report's whole style sheet. */
export const STYLE = `
:root { ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 46rem; padding: 1.25rem 1rem 3rem; color: var(--ink); background: var(--paper); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; -webkit-text-size-adjust: 100% }
h1 { margin: 0; font-size: 1.35rem; line-height: 1.3 }
h2 { display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; margin: 2.25rem 0 .4rem; font-size: 1.1rem }
h2 b { margin-left: auto; font-variant-numeric: tabular-nums }
small { color: var(--dim); font-weight: normal }
.score { margin: .2rem 0 .6rem; font-size: 1.1rem }
.score strong { font-size: 2.2rem; letter-spacing: -.02em }
.bar { height: .4rem; border-radius: 1rem; background: var(--track); overflow: hidden; margin-bottom: .8rem }
.bar i { display: block; height: 100%; background: var(--good) }
.notice { margin: 0 0 .8rem; padding: .6rem .8rem; border-left: 3px solid var(--warn); background: var(--track); font-size: .92rem }
.contents { list-style: none; margin: 1rem 0 0; padding: 0; font-size: .95rem }
.contents li { grid-template-columns: 1fr auto; padding: .25rem 0 }
.contents a { color: inherit; text-decoration-color: var(--line); text-underline-offset: .2em }
.contents .points { grid-column: 2 }
.contents .bar { grid-column: 1 / -1; height: .2rem; margin: 0 }
details { border-top: 1px solid var(--line) }
details:last-of-type { border-bottom: 1px solid var(--line) }
summary { list-style: none; cursor: pointer }
summary::-webkit-details-marker { display: none }
summary, li { display: grid; grid-template-columns: 1.2rem 1fr auto; gap: .1rem .6rem; padding: .6rem 0 }
summary .title { font-weight: 600 }
.title { grid-column: 2; grid-row: 1 }
.word { grid-column: 2; grid-row: 2; font-size: .85rem }
.points { grid-column: 3; grid-row: 1; font-variant-numeric: tabular-nums; white-space: nowrap }
ul { list-style: none; margin: 0 0 .7rem; padding: 0 0 0 1.8rem; font-size: .95rem }
li { padding: .25rem 0 }
li small, em { display: block }
em { font-style: normal; font-size: .9em }
.sign { width: 1.1rem; height: 1.1rem; margin-top: .18rem }
li .sign { width: .95rem; height: .95rem; margin-top: .25rem }
.full { fill: currentColor }
.line, .cut { fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round }
.cut { stroke: var(--paper); stroke-width: 1.9 }
.passed { color: var(--good) }
.failed, .error, .tampered { color: var(--bad) }
.timeout, .out-of-memory, .missing, .grader-error { color: var(--warn) }
.warn { color: var(--warn) }
.not-started, .blocked { color: var(--dim) }
pre { margin: .2rem 0 .3rem; padding: .5rem .7rem; border-left: 3px solid var(--line); background: var(--track); font: .82rem/1.45 ui-monospace, monospace; white-space: pre-wrap }
.visible li .points { display: none }
li pre { grid-column: 2 / -1; grid-row: 2 }
.section { grid-column: 2 / -1; grid-row: 3; color: var(--dim); font-size: .85rem }
.problem { margin-bottom: .8rem; border-color: var(--bad) }
footer { margin-top: 2.5rem; color: var(--dim); font-size: .85rem }
footer h2 { font-size: .95rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: 0 }
dt { font-weight: 600 }
dd { margin: 0 }
code { font: .95em ui-monospace, monospace }
@media print {
  @page { margin: 16mm }
  html { font-size: 10pt }
  body { max-width: none; padding: 0 }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  summary, li, header, footer { break-inside: avoid }
  h1, h2, summary { break-after: avoid }
  section + section > h2 { margin-top: 1.6rem }
  ul { margin-bottom: .4rem }
  summary { grid-template-columns: 1.2rem 1fr auto 4.5rem; padding: .35rem 0 .1rem }
  summary .word { grid-column: 3; grid-row: 1 }
  summary .points { grid-column: 4; text-align: right }
  li em { display: inline; margin-left: .6em }
}
`.trim()
