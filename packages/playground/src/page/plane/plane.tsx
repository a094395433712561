import { Closer } from './closer.tsx'
import { Controls } from './controls.tsx'
import { DataColumn } from './data-column.tsx'
import { Functions } from './functions.tsx'
import { Network } from './network.tsx'
import { Output } from './output.tsx'

/** The network in the plane: two numbers in, one answer out, and everything in between as pictures. */
export function PlaneTab() {
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
