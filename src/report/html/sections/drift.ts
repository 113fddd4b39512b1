/** Contract drift: which tools changed while the run went on, when, and whether a caller is broken by it. */
import type { DriftChange } from '../../../analysis/index.js';
import { duration } from '../../../format/index.js';
import { changeText, DRIFT_CLASS, driftSaysSomething, driftSentence, driftWindow, shortDigest } from '../../drift.js';
import type { RunView } from '../../input.js';
import { namedPhase } from '../../words.js';
import { html, outside, type Markup } from '../markup.js';
import { nothing, section, table, tag } from '../parts.js';

/** Null where nobody watched, or there is nothing to tell. */
export function driftSection({ analysis: { summary } }: RunView): Markup | null {
  const { drift } = summary;
  if (!driftSaysSomething(drift)) return null;
  return section(
    'drift',
    'Contract drift',
    'A session outside the load asks for tools/list. Breaking: what was valid to send may be refused now, or an answer may not be what was promised. A change came after the last list without it was asked for, and before the first with it had come in.',
    html`<p>${driftSentence(drift)}</p>${
      drift.changes.length === 0
        ? nothing('No tool changed.')
        : html`<div class="block">${table({
            caption: 'Changes, in order of time',
            columns: [
              { name: 'Tool', kind: 'word' },
              { name: 'Class', kind: 'word' },
              { name: 'When' },
              { name: 'What', kind: 'text' },
              { name: html`Digest<small>before, after</small>`, kind: 'word' },
            ],
            rows: drift.changes.map((change) => ({
              cells: cells(change, change.phase === null ? 'between phases' : namedPhase(summary.phases, change.phase)),
            })),
          })}</div>`
    }`,
  );
}

function cells(change: DriftChange, phase: string) {
  const { words, tone, sign } = DRIFT_CLASS[change.class];
  return [
    html`${outside(change.tool, 128)}<small>${change.kind}</small>`,
    tag(words, tone, sign),
    html`${driftWindow(change)}<small>within ${duration(change.answeredNs - change.unchangedNs)}, ${outside(phase)}</small>`,
    outside(changeText(change), 800),
    html`${outside(shortDigest(change.before))}<small>${outside(shortDigest(change.after))}</small>`,
  ];
}
