/** The history of a scenario as a page and for a terminal. */
export { historyPage, type ReportLink } from './page.js';
export { historyTerminal } from './terminal.js';
