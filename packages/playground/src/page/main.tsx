import { render } from 'preact'
import { App } from './app.tsx'
import { start } from './state.ts'
import { showTabOfAddress } from './tabs.ts'

import './styles/base.css'
import './styles/plane.css'

const root = document.getElementById('app')
if (root) {
  render(<App />, root)
  start()
  showTabOfAddress()
}
