declare module 'pgpass' {
  interface Server {
    readonly host: string
    readonly port: number
    readonly database: string
    readonly user: string
  }

  /** Calls back with the password for a server that PGPASSFILE or ~/.pgpass has. */
  export default function pgpass(server: Server, done: (password: string | undefined) => void): void
}
