import { useEffect } from 'preact/hooks'
import { hidden, playOrPause } from '../state.ts'
import { Closer } from './closer.tsx'
import { Controls } from './controls.tsx'
import { DataColumn } from './data-column.tsx'
import { Functions } from './functions.tsx'
import { Network } from './network.tsx'
import { Output } from './output.tsx'

/** The network in the plane: two numbers in, one answer out, and everything in between as pictures. */
export function PlaneTab() {
  useEffect(() => {
    addEventListener('keydown', playOnSpace)
    return () => removeEventListener('keydown', playOnSpace)
  }, [])
  return (
    <>
      <Controls />
      <div class="plane">
        <DataColumn />
        <div class="middle">
          <Network />
          <Functions />
        </div>
        <Output />
      </div>
      <Closer />
    </>
  )
}

/** The space key plays and pauses, unless something has the focus that uses it. */
function playOnSpace(event: KeyboardEvent): void {
  const isFree = event.target === document.body || (event.target instanceof Element && event.target.matches('h2, main'))
  if (event.key !== ' ' || event.repeat || !isFree || hidden.value.has('playButton')) return
  event.preventDefault()
  playOrPause()
}
