/**
 * Reports: one run told to people. Pure: from an analysis to text.
 *
 * Owns the HTML report (charts compiled with Vega-Lite to SVG when written; no script, no network), the Markdown
 * summary and the terminal summary. Does not own: any number (`analysis`) or verdict (`gate`). All names and messages
 * are data, never markup.
 */
export { htmlReport } from './html/index.js';
export type { RunView, SummaryInput } from './input.js';
export { markdownSummary } from './markdown.js';
export { terminalSummary } from './terminal.js';
