import type { LoadModule } from './slot-set.ts'

/** Runs the code of a student's file in a browser. */
export const loadModule: LoadModule = async code => {
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    return { exports: (await import(/* @vite-ignore */ url)) as unknown, url }
  } finally {
    URL.revokeObjectURL(url)
  }
}
