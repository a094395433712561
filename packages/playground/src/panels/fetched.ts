/** The bytes of a file that the server of the page has. The error says what to do. */
export async function fetched(url: string): Promise<Uint8Array> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new Error(
      `${url} could not be loaded (${String(error)}). Check that \`pnpm playground\` still runs, or your connection, and try again.`,
    )
  })
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  // The server explains why it can't give what it usually has.
  const why = response.status === 503 ? await response.text() : `the server answered ${response.status}`
  throw new Error(`${url} could not be loaded: ${why}`)
}
