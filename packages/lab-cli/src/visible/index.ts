export { listVisibleTests, type VisibleTest } from './list.ts'
export { testVisibly, visibleReport, type VisibleLab } from './report.ts'
export { runVisibleTests, visibleSuite } from './run.ts'
export { CRASHED, placeOf, placesOf, scoreVisible, tell, type Place, type Trouble } from './score.ts'
