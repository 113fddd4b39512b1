/**
 * The first screen of a run's report: verdict, what ran where, the numbers to remember, the first growing queue, and
 * the run on one clock.
 *
 * Owns what is chosen for it and how that is drawn. Does not own: any number (`analysis`), the chapters behind it
 * (`topics`), the frame around it (`frame`), or what moves in the browser (`script`).
 */
import type { RunView } from '../input.js';
import { html, outside, trusted, type Markup } from '../layouts/markup.js';
import { timelineFinding } from '../topics/timeline.js';
import { gatesLine } from './gates-line.js';
import { headlineNumbers } from './headline-numbers.js';
import { numberBars } from './number-bars.js';
import { queueLine } from './queue-line.js';
import { readout } from './readout.js';
import { dataElement } from './timeline-data.js';
import { NARROW, timelineSvg, WIDE } from './timeline-drawing.js';
import { timelineModel } from './timeline-model.js';
import { verdictLine } from './verdict-line.js';

export { FIRST_SCREEN_STYLE } from './style.js';
export { verdictOf } from './verdict-line.js';
export { drawnProcesses, processLook, processWords } from './process-panes.js';

export function firstScreen(run: RunView): Markup {
  const { summary } = run.analysis;
  const { description } = run.plan.scenario;
  const numbers = headlineNumbers(run);
  return html`${verdictLine(run)}${gatesLine(
    run.gates,
    numbers.flatMap(({ judgedBy }) => judgedBy),
  )}${numberBars(numbers)}${queueLine(summary)}${clock(run)}${
    description === null ? null : html`<p class="note">${outside(description, 600)}</p>`
  }`;
}

function clock({ analysis: { summary, figures } }: RunView): Markup {
  const model = timelineModel(figures, summary);
  if (model === null) return html`<p class="nothing"><strong>No data.</strong> No call was recorded.</p>`;
  const drawn = 'Response time, outcomes, queue age, CPU and memory over the run.';
  const description = `${drawn} ${timelineFinding(summary, figures)}`;
  return html`<div class="run-clock"><div class="stage" role="group" aria-label="Timeline">${timelineSvg(
    model,
    WIDE,
    description,
  )}${timelineSvg(model, NARROW, description)}</div>${readout(model)}${trusted(dataElement(model))}</div>`;
}
