import { printable } from '@backprop/course/intake'

/** A name, or a text of any origin, for a line on a terminal. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ')
