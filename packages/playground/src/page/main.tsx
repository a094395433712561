import { render } from 'preact'

const App = () => <h1>Playground</h1>

const root = document.getElementById('app')
if (root) render(<App />, root)
