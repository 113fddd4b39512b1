/** The gates by name, under the verdict, where some of them judge no number of the first screen. */
import { counted } from '../../format/index.js';
import type { GateResult } from '../../analysis/index.js';
import { sign } from '../frame/index.js';
import type { RunView } from '../input.js';
import { html, outside, type Markup } from '../layouts/markup.js';
import { measuredWords, valueTone } from '../words.js';

const MOST_GATES = 3;

/**
 * Those that decided; of a pass, those that no number shows. Null where the numbers show every gate, and of an invalid
 * run, in which none was judged.
 */
export function gatesLine({ verdict, results }: RunView['gates'], shown: readonly GateResult[]): Markup | null {
  const unseen = results.filter((result) => !shown.includes(result));
  if (unseen.length === 0 || verdict === 'invalid') return null;
  const decided = verdict === 'pass' ? unseen : results.filter((result) => result.verdict === verdict);
  const more = decided.length - MOST_GATES;
  return html`<p class="gates">${decided.slice(0, MOST_GATES).map(named)}${
    more > 0 ? html`<span>and ${counted(more, 'more gate')}</span>` : null
  }</p>`;
}

/** `error-ratio of storm ≤ 5 %`, and what was measured. */
function named(result: GateResult): Markup {
  const { text, verdict } = result;
  const measured = measuredWords(result);
  const value = measured === null ? null : html` <b>${measured}</b>`;
  const words = text.replaceAll('<=', '≤').replaceAll('>=', '≥');
  return html`<span>${sign(valueTone(verdict))}${outside(words, 70)}${value}</span>`;
}
