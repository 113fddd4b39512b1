/**
 * Reports: runs as people read them. Pure: from analyses to text.
 *
 * Owns the first screen, the chapters behind it (`topics`), the forms in which they are laid out (`layouts`: an HTML
 * page without network, Markdown, terminal) and the charts, compiled with Vega-Lite to SVG when written, on this
 * thread or wherever the caller has them drawn. Does not own any number (`analysis`), how a number is written
 * (`format`), or a verdict (`gate`). All names and messages are data, never markup.
 */
export type { RunView } from './input.js';
export { comparisonMarkdown } from './comparison/markdown.js';
export { COMPARISON_STYLE, comparisonPage } from './comparison/page.js';
export { comparisonTerminal } from './comparison/terminal.js';
export { historyPage, historyTerminal } from './history/index.js';
export { livePage, liveTerminal } from './live/index.js';
export { htmlReport, REPORT_FORMAT } from './layouts/html.js';
export { loadDrawing } from './charts/render.js';
export { markdownSummary } from './layouts/markdown.js';
export { terminalSummary } from './layouts/terminal.js';
export { GATE_VERDICT } from './words.js';

// The badge of the reports, for the project's own pages beside them.
export { INK, type Chart, type KeyEntry } from './charts/theme.js';
export { render, type Layer } from './charts/render.js';
export { blocksHtml, section } from './layouts/blocks.js';
export { html, outside, prose, trusted, type Markup } from './layouts/markup.js';
export { LIGHT, STYLE } from './layouts/style.js';
export { verdictCell, type Block, type Figure } from './topics/topic.js';
