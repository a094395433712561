/** What the class page adds to the style sheet of a report. */
export const CLASS_STYLE = `
body.class { max-width: 58rem }
.class a { color: inherit; text-decoration-color: var(--dim); text-underline-offset: .15em }
.class section > h2 small { flex-basis: auto }
.numbers { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: .5rem 0 1.2rem }
.numbers div { display: flex; flex-direction: column-reverse }
.numbers dt { font-weight: normal; color: var(--dim); font-size: .85rem }
.numbers dd { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums }
.alert { margin: 0 0 .8rem; padding: .7rem .9rem; border-left: 3px solid var(--warn); background: var(--track); font-size: .92rem }
.alert h2 { margin: 0 0 .2rem; font-size: 1rem }
.alert p { margin: .2rem 0 0 }
.alert ul { padding: 0; margin: 0 }
.alert li { display: block; padding: .1rem 0 }
.histogram { display: grid; grid-template-columns: repeat(11, 1fr); gap: .25rem; --axis: 1.6rem; margin: .6rem 0 0; padding: 0; list-style: none; font-size: .78rem; line-height: 1.25; font-variant-numeric: tabular-nums; text-align: center }
.histogram li { display: flex; flex-direction: column; justify-content: flex-end; height: 12rem; padding: 0; min-width: 0 }
.histogram b { font-weight: 600 }
.histogram i { height: calc((12rem - 1.2rem - var(--axis)) * var(--share)); background: var(--good); border-radius: 3px 3px 0 0 }
.histogram span { height: var(--axis); padding-top: .3rem; border-top: 1px solid var(--line); color: var(--dim) }
.heat { width: 100%; border-collapse: separate; border-spacing: 2px; font-size: .9rem; font-variant-numeric: tabular-nums }
.heat th { font-weight: normal; text-align: left }
.heat thead th { color: var(--dim); font-size: .78rem; text-align: center; vertical-align: bottom }
.heat thead tr:first-child th:first-child { text-align: left }
.heat tbody th[scope=rowgroup] { padding-top: .7rem; font-weight: 600 }
.heat td { width: 3.1rem; padding: .28rem 0; text-align: center; border-radius: 3px; background: color-mix(in srgb, var(--heat) calc(var(--share) * .55), var(--track)) }
.heat td.none { background: none; color: var(--dim) }
.heat td:nth-child(2) { outline: 1px solid var(--line); outline-offset: -1px }
.heat em, b.doubt { color: var(--warn) }
.students { padding: 0; columns: 22rem; column-gap: 2rem }
.students li { display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; padding: .35rem 0; break-inside: avoid }
.students a, .students li > span:first-child { max-height: 3em; overflow: hidden }
.students .points { grid-column: 2; grid-row: 1 }
.students .bar { grid-column: 1 / -1; height: .2rem; margin: .15rem 0 0 }
.students small { grid-column: 1 / -1; font-size: .8rem }
.students .fault small, .students .fault .points { color: var(--bad) }
@media (max-width: 34rem) {
  .heat { font-size: .8rem; border-spacing: 1px }
  .heat td { width: 2.05rem; font-size: .75rem }
  .heat thead th { font-size: .68rem }
  .histogram { font-size: .68rem; gap: .15rem; --axis: 2.2rem }
}
@media print { .heat td, .histogram i { print-color-adjust: exact } }
`.trim()
