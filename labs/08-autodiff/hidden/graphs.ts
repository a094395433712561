import type { Rng } from '@backprop/core'

/** Random graphs with given slopes, which test `order` and `backward` without the student's operations. */

/** A node whose inputs are earlier nodes. */
export interface Node {
  readonly inputs: readonly number[]
  readonly slopes: readonly number[]
}

/**
 * A graph of nodes with none to three inputs; the same node may be an input twice. The last node has three: an output without
 * inputs would test nothing.
 */
export function randomGraph(rng: Rng, size: number): Node[] {
  return Array.from({ length: size }, (_, i) => {
    // Mostly near ones, which makes deep graphs.
    const near = () => (rng.uniform() < 0.7 ? Math.max(0, i - 1 - rng.integer(3)) : rng.integer(i))
    const count = i === size - 1 ? 3 : rng.integer(4)
    const inputs = i === 0 ? [] : Array.from({ length: count }, near)
    return { inputs, slopes: inputs.map(() => rng.normal()) }
  })
}

/** d(output)/d(node) for each node, in forward mode: one pass for each node. Nodes that the output ignores have 0. */
export function gradients(graph: readonly Node[], output: number): number[] {
  return graph.map((_, source) => {
    const tangents: number[] = []
    for (const [i, { inputs, slopes }] of graph.entries())
      tangents.push(i === source ? 1 : inputs.reduce((sum, input, k) => sum + slopes[k] * tangents[input], 0))
    return tangents[output]
  })
}

/** The indices of what a node was computed from, and its own. */
export function reached(graph: readonly Node[], output: number): Set<number> {
  const found = new Set([output])
  for (const i of found) for (const input of graph[i].inputs) found.add(input)
  return found
}
