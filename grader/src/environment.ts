type Environment = Readonly<Record<string, string | undefined>>

/** Names of variables: our own keys, the address of the database, and what other programs call their secrets. */
const SECRET = /token|secret|passw|passfile|credential|_auth|database|(^|_)(api|access|private)?keys?(_|$)|^ssh_/i

/** The environment for a process that handles what students wrote or answered: no secret of the machine is in it. */
export const withoutSecrets = (env: Environment): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !SECRET.test(name)))
