/** The headline numbers side by side, each that has a limit or is a share over a bar that reads as the share. */
import { px } from '../drawing/index.js';
import { sign } from '../frame/index.js';
import { html, type Markup } from '../layouts/markup.js';
import type { HeadlineNumber } from './number-form.js';

const WIDTH = 237;
const HEIGHT = 16;

export const numberBars = (numbers: readonly HeadlineNumber[]): Markup =>
  html`<ul class="numbers">${numbers.map(
    ({ name, context, state, before, value, unit, change, interval, bound, filled, low, high, limit }) =>
      html`<li><p class="of">${sign(state)}<b>${name}</b> <span>${context}</span></p><p class="big">${
        before === '' ? null : html`<small>${before}</small> `
      }${value}${unit === '' ? null : html` <small>${unit}</small>`}${
        change === null ? null : html` <small class="${change.state}">${change.text}</small>`
      }</p>${barOf({ filled, low, high, limit })}
<p class="under"><span>${interval}</span><span>${bound}</span></p></li>`,
  )}</ul>`;

type Bar = Pick<HeadlineNumber, 'filled' | 'low' | 'high' | 'limit'>;

/** Empty where the number is a share of nothing: it keeps the place, so that all texts are on one line. */
function barOf({ filled, low, high, limit }: Bar): Markup {
  if (filled === null && limit === null) return html`<div class="number-bar"></div>`;
  const at = (share: number): number => px(share * WIDTH);
  const ends = [low, high].filter((each) => each !== null);
  const from = low ?? filled;
  const to = high ?? filled;
  return html`<svg class="number-bar" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"
 aria-hidden="true"><rect class="track" y="5" width="${WIDTH}" height="7"/>${
   limit === null
     ? null
     : html`<rect class="beyond" x="${at(limit)}" y="5" width="${px(WIDTH - limit * WIDTH)}" height="7"/>`
 }${filled === null ? null : html`<rect class="fill" y="5" width="${at(filled)}" height="7"/>`}${
   ends.length === 0 || from === null || to === null
     ? null
     : html`<path class="whisker" d="M${at(from)} 8.5H${at(to)}${ends.map((end) => `M${at(end)} 3V14`).join('')}"/>`
 }${limit === null ? null : html`<path class="limit" d="M${at(limit)} 1V16"/>`}</svg>`;
}
