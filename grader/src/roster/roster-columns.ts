/** What the columns of a roster are called, in lower case and with spaces. */

/** Columns with an id that students and platforms know, as opposed to a number that one platform gives. */
export const ID_COLUMNS: readonly string[] = [
  'id',
  'student id',
  'student number',
  'matriculation number',
  'id number',
  'sid',
  'orgdefinedid',
  'sis user id',
  'sis login id',
  'login id',
  'login',
  'username',
  'user name',
  'user',
  'netid',
  'github',
]

/** Columns with Canvas's own number of a user. */
export const CANVAS_COLUMNS: readonly string[] = ['canvas id', 'canvas user id', 'canvas']

/** Columns with the number that Moodle gives a participant of an assignment. */
export const PARTICIPANT_COLUMNS: readonly string[] = [
  'participant',
  'participant id',
  'identifier',
  'moodle participant',
]

/** Columns with an e-mail address. */
export const EMAIL_COLUMNS: readonly string[] = ['email', 'e mail', 'email address', 'e mail address', 'mail']

/** `Student_ID` and `student-id` are the same column. */
export const columnKey = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
