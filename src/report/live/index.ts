/** A run that goes on: for a terminal, and as a page that draws what it is sent. */
export { livePage } from './page.js';
export { liveTerminal } from './terminal.js';
