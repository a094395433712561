/** What the page of similar submissions adds to the style sheet of a report. */
export const SIMILAR_STYLE = `
body.similar { max-width: 90rem }
.similar header p, .similar main > section:not(.pair) { max-width: 60rem }
.similar a { color: inherit; text-underline-offset: .15em }
.similar a:focus-visible, .similar pre:focus-visible { outline: 2px solid var(--good); outline-offset: 2px }
.similar section > h2 small { flex-basis: auto }
.similar .reasons { list-style: disc; padding-left: 1.4rem }
.similar ol.reasons { list-style: decimal }
.similar .reasons li { display: list-item; padding: .1rem 0 }
.similar .reasons small { display: inline }
.pairs { border-collapse: collapse; margin: .3rem 0 .8rem; font-size: .92rem; font-variant-numeric: tabular-nums }
.pairs th { font-weight: normal; color: var(--dim); text-align: left }
.pairs th, .pairs td { padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
.pair { margin-top: 2.5rem; border-top: 2px solid var(--line); content-visibility: auto; contain-intrinsic-size: auto 60rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
.sides > div { min-width: 0 }
.sides h3 { margin: .3rem 0; font-size: .95rem }
.sides h3 small { display: inline }
.sides pre { max-height: 75vh; margin: 0 0 .8rem; overflow: auto; background: none; border: 1px solid var(--line) }
.sides mark { color: inherit; background: color-mix(in srgb, var(--heat) 20%, var(--paper)); scroll-margin: 4rem }
.sides mark:target { outline: 2px solid var(--good) }
.sides pre a { margin-right: .25em; padding: 0 .3em; border-radius: 3px; background: var(--track); font-weight: 600 }
.back { font-size: .85rem }
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr } }
@media print { .sides pre { max-height: none; overflow: visible } .pair { content-visibility: visible } }
`.trim()
