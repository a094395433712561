import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const DRIVERS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']
/** Chromium ships SwiftShader, a Vulkan that computes on the processor, and its loader. */
const CHROMIUM = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome']

const listed = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** The environment in which Dawn finds a software Vulkan: empty if there is a driver already, or no software Vulkan. */
export function softwareVulkan(): Record<string, string> {
  if (process.platform !== 'linux' || process.env.VK_DRIVER_FILES || process.env.VK_ICD_FILENAMES) return {}
  if (DRIVERS.some(folder => listed(folder).length > 0)) return {}
  const folder = CHROMIUM.find(place => existsSync(join(place, 'vk_swiftshader_icd.json')))
  if (!folder) return {}
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return { VK_DRIVER_FILES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: libraries }
}
