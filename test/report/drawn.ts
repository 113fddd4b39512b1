/** A chart as it stands on a page. */
import { render } from '../../src/report/charts/render.js';
import type { Chart } from '../../src/report/charts/theme.js';

/** SVG source of its picture; nothing where there was too little to draw. */
export const svgOf = async (chart: Chart | null): Promise<string> =>
  chart === null ? '' : render(chart.picture, 'a chart');
