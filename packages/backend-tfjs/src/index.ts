export { fromTfjs } from './tfjs.ts'
export type { TfjsBackend, TfjsOptions } from './tfjs.ts'
export type { DeviceStats, TfInstance } from './device.ts'
