import { openDatabase } from '../../src/queue/postgres/database.ts'
import { queueContract } from './contract.ts'

queueContract('an embedded PostgreSQL', () => openDatabase('pglite:'))
