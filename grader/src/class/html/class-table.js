// Sorts the table of students, and shows those that were asked for. Browsers run this file unchanged, inside class.html.
// The address keeps the state: class.html#sort=-points&section=B&q=ada

const form = document.querySelector('form.filters')
const table = document.querySelector('table.students')
const [headings, body] = [[...table.tHead.rows[0].cells], table.tBodies[0]]
const rows = [...body.rows]
const { compare } = new Intl.Collator('en', { numeric: true })
/** Id of the column that the table is sorted by, with a minus before it for the other direction; '' for the first order. */
let sort = ''

/** Without case and accents. */
const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
const searched = new Map(rows.map(row => [row, plain(row.dataset.searched)]))
const valueOf = name => form.elements[name]?.value ?? ''

function isShown(row) {
  const [section, status, lab] = ['section', 'status', 'lab'].map(valueOf)
  // With a lab, the status is the one of that lab; a student without a result has the same one everywhere.
  const standing = lab && row.querySelector(`td[data-lab="${lab}"]`).dataset.standing
  if (section && row.dataset.section !== section) return false
  if (status && (standing || row.dataset.standing) !== status) return false
  return plain(valueOf('q'))
    .split(/\s+/)
    .every(word => searched.get(row).includes(word))
}

function sorted() {
  const column = headings.findIndex(({ dataset }) => dataset.column === sort.replace('-', ''))
  const sign = sort.startsWith('-') ? -1 : 1
  const keyOf = ({ cells }) => cells[column].dataset.key ?? cells[column].textContent.trim()
  const order = (a, b) => {
    if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1 // those without a value come last
    return sign * (a - b || compare(a, b))
  }
  return column < 0 ? rows : [...rows].sort((one, other) => order(keyOf(one), keyOf(other)))
}

function show() {
  body.append(...sorted())
  for (const row of rows) row.hidden = !isShown(row)
  for (const heading of headings) {
    const isSorted = heading.dataset.column === sort.replace('-', '')
    if (!isSorted) heading.removeAttribute('aria-sort')
    else heading.setAttribute('aria-sort', sort.startsWith('-') ? 'descending' : 'ascending')
  }
  const lab = valueOf('lab')
  for (const element of document.querySelectorAll('[data-lab]'))
    element.hidden = lab !== '' && element.dataset.lab !== lab
  form.querySelector('output').textContent = `${rows.filter(row => !row.hidden).length} of ${rows.length} students`
}

/** What is in the address. Values that this page does not offer are ignored. */
function readAddress() {
  const state = new URLSearchParams(location.hash.slice(1))
  for (const field of form.querySelectorAll('input, select')) {
    field.value = state.get(field.name) ?? ''
    if (field.selectedIndex === -1) field.value = ''
  }
  sort = state.get('sort') ?? ''
  show()
}

function writeAddress() {
  const state = [['sort', sort], ...new FormData(form)].filter(([, value]) => value !== '')
  history.replaceState(null, '', `#${new URLSearchParams(state)}`)
  show()
}

function sortBy(column) {
  sort = sort === column ? `-${column}` : column
  writeAddress()
}

for (const heading of headings) {
  const button = document.createElement('button')
  button.type = 'button'
  button.append(...heading.childNodes)
  button.addEventListener('click', () => sortBy(heading.dataset.column))
  heading.append(button)
}
form.addEventListener('input', writeAddress)
form.addEventListener('submit', event => event.preventDefault())
form.elements.all.addEventListener('click', () => {
  for (const field of form.querySelectorAll('input, select')) field.value = ''
  sort = ''
  writeAddress()
})
addEventListener('hashchange', readAddress)
form.hidden = false
readAddress()
