/** One card a phase and one a fault: the number to remember, and what it means. */
import { headlines } from '../../headline.js';
import type { RunView } from '../../input.js';
import { html, prose, type Markup } from '../markup.js';
import { nothing, section } from '../parts.js';

export function headlineSection({ analysis: { summary } }: RunView): Markup {
  const cards = headlines(summary).map(
    (card) => html`<article class="card"><p class="kicker">${card.kicker}</p><h3>${card.title}</h3>${
      card.primary === null
        ? null
        : html`<p class="big">${card.primary.value}</p><p class="label">${card.primary.label}</p>`
    }${card.facts.length === 0 ? null : html`<dl>${card.facts.map((fact) => html`<dt>${fact.name}</dt><dd>${fact.value}</dd>`)}</dl>`}<p class="sentence">${prose(card.sentence)}</p></article>
`,
  );
  return section(
    'headlines',
    'In short',
    null,
    cards.length === 0 ? nothing('No phase was run.') : html`<div class="cards">${cards}</div>`,
  );
}
