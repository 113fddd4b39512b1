/**
 * Pictures drawn directly as SVG: scales with their ticks, lines, bands, steps and text.
 *
 * Owns places on paper, the paths between them and the room that text takes. Does not own: colours (the page's style
 * sheet, by class), what a picture shows, or the charts that Vega-Lite draws (`charts`).
 */
export { asinhScale, linearScale, linearTicks, logScale, logTicks, type Scale } from './scale.js';
export { bandPath, linePath, px, spread, stepPath, type Point } from './paths.js';
export { fitted, textWidth, type Font } from './text-width.js';
