/** What the class page adds to the style sheet of a report. */
export const CLASS_STYLE = `
body.class { max-width: 76rem }
.class a { color: inherit; text-decoration-color: var(--dim); text-underline-offset: .15em }
.class section > h2 small { flex-basis: auto }
.class [hidden] { display: none !important }
.class .hint { margin: .5rem 0 0; color: var(--dim); font-size: .85rem }
.numbers { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: .5rem 0 1.2rem }
.numbers div { display: flex; flex-direction: column-reverse }
.numbers dt { font-weight: normal; color: var(--dim); font-size: .85rem }
.numbers dd { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums }
.alert { margin: 0 0 .8rem; padding: .7rem .9rem; border-left: 3px solid var(--warn); background: var(--track); font-size: .92rem }
.alert h2 { margin: 0 0 .2rem; font-size: 1rem }
.alert p { margin: .2rem 0 0 }
.alert ul { padding: 0; margin: 0 }
.finals { padding: 0 }
.finals li { display: block; padding: .3rem 0; break-inside: avoid }
.changes th, .changes td { padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; background: none }
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
.heat td.plain { background: none; color: var(--dim); font-size: .85em; white-space: nowrap }
.heat tbody tr + tr td:nth-child(2) { outline: 1px solid var(--line); outline-offset: -1px }
.heat em, b.doubt { color: var(--warn) }
.slowest { padding: 0; columns: 22rem; column-gap: 2rem }
.slowest li { display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; padding: .35rem 0; break-inside: avoid }
.slowest li > span:first-child { max-height: 3em; overflow: hidden }
.slowest .points { grid-column: 2; grid-row: 1 }
.class .bar { display: block; height: .2rem; margin: .15rem 0 0 }
.slowest .bar { grid-column: 1 / -1 }
.scroll { overflow-x: auto }
.scroll table { width: 100%; border-collapse: collapse; font-size: .9rem }
.scroll th, .scroll td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
.scroll thead th { color: var(--dim); font-weight: normal; font-size: .85rem; vertical-align: bottom; overflow-wrap: normal }
.scroll tbody th { font-weight: normal; min-width: 8rem; max-width: 16rem }
.scroll th:first-child { position: sticky; left: 0; background: var(--paper) }
.scroll .number { text-align: right; font-variant-numeric: tabular-nums }
.scroll td.number { white-space: nowrap }
.students [data-lab] { max-width: 7rem }
.students thead th:not([data-lab]) { white-space: nowrap }
.students td { overflow-wrap: normal }
.students td:last-child { min-width: 14rem; color: var(--dim); font-size: .85rem; overflow-wrap: anywhere }
.students thead button { text-align: inherit; padding: .15rem 0; border: 0; background: none; font: inherit; color: inherit; cursor: pointer }
.students thead button::after { content: '↕'; content: '↕' / ''; margin-left: .25rem; opacity: .6 }
.students th[aria-sort] button { color: var(--ink); font-weight: 600 }
.students th[aria-sort] button::after { opacity: 1 }
.students th[aria-sort=ascending] button::after { content: '↑'; content: '↑' / '' }
.students th[aria-sort=descending] button::after { content: '↓'; content: '↓' / '' }
.filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .4rem 0 .6rem; font-size: .9rem }
.filters label { display: flex; flex-direction: column; color: var(--dim); font-size: .85rem }
.filters input, .filters select, .filters button { min-height: 2rem; padding: .2rem .5rem; border: 1px solid var(--dim); border-radius: 4px; background: var(--paper); color: var(--ink); font: inherit; font-size: .95rem }
.filters select { max-width: 16rem }
.filters output { padding: .3rem 0; font-variant-numeric: tabular-nums }
.class :focus-visible { outline: 2px solid var(--good); outline-offset: 2px }
@media (max-width: 34rem) {
  .scroll tbody th { max-width: 8rem }
  .students td:last-child { min-width: 26rem }
  .heat { font-size: .8rem; border-spacing: 1px }
  .heat td { width: 2.05rem; font-size: .75rem }
  .heat thead th { font-size: .68rem }
  .histogram { font-size: .68rem; gap: .15rem; --axis: 2.2rem }
}
@media print {
  .heat td, .histogram i { print-color-adjust: exact }
  .filters { display: none }
  .scroll { overflow: visible }
}
`.trim()
