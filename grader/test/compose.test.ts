import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { COMMANDS } from '../src/cli/commands.ts'
import { COURSE_ROOT } from '../src/course.ts'
import { addressOf } from '../src/queue/postgres/address.ts'

/** compose.yaml, as far as it can be judged without a container engine. */

const Service = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  healthcheck: z.strictObject({ test: z.array(z.string()), interval: z.string(), retries: z.int() }).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).optional(),
  deploy: z.strictObject({ replicas: z.int() }).optional(),
  stop_grace_period: z.string().optional(),
  restart: z.string().optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
})
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
})

const text = readFileSync(join(COURSE_ROOT, 'compose.yaml'), 'utf8')
const { services, networks, volumes } = Compose.parse(parse(text))
const ours = Object.entries(services).filter(([, { build }]) => build !== undefined)

describe('compose.yaml', () => {
  test('refers to nothing that is not there', () => {
    for (const service of Object.values(services)) {
      for (const network of service.networks) expect(networks).toHaveProperty(network)
      for (const volume of service.volumes) expect(volumes).toHaveProperty(volume.split(':')[0])
      for (const other of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty(other)
      if (service.build !== undefined) expect(existsSync(join(COURSE_ROOT, service.build, 'Dockerfile'))).toBe(true)
    }
  })

  test.each(ours)('%s starts a command with options that it has', (_, { command = [] }) => {
    const [name, ...args] = command
    const found = COMMANDS.find(each => each.name === name)
    expect(found).toBeDefined()
    found?.parser().exitOverride().parse(args, { from: 'user' })
  })

  test.each(ours)('%s leaves out TLS only inside a network without a way out', (_, { environment, networks: mine }) => {
    const address = addressOf(environment.BACKPROP_DATABASE)
    expect(address).toMatchObject({ kind: 'server', ssl: false, database: 'grader' })
    expect(address.kind === 'server' && services).toHaveProperty(address.kind === 'server' ? address.host : '')
    expect(mine).toEqual(['queue'])
    expect(networks.queue).toEqual({ internal: true })
    expect(text).toContain('is not encrypted (sslmode=disable)')
  })

  test('shows the database to this machine alone', () => {
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports)
    expect(ports).toEqual(['127.0.0.1:5432:5432'])
  })

  test('has no password, and none that is left out by mistake', () => {
    const secrets = Object.values(services).flatMap(({ environment }) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|_KEY/.test(name)),
    )
    for (const [name, value] of secrets) expect(value, name).toMatch(/^\$\{[A-Z_]+(:\?.+)?\}$/)
    for (const variable of ['OWNER_PASSWORD', 'BACKPROP_SEED_KEY']) expect(text).toContain(`\${${variable}:?`)
    for (const [, { environment }] of ours) expect(environment.BACKPROP_DATABASE).not.toMatch(/:[^/]*@/)
  })

  test('confines workers as the guide confines the image', () => {
    const { read_only, cap_drop, security_opt, tmpfs } = services.worker
    expect({ read_only, cap_drop, security_opt, tmpfs }).toEqual({
      ...{ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] },
      security_opt: ['no-new-privileges:true'],
    })
  })
})
