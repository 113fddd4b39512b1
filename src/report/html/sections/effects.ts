/** Side effects, counted in the upstream's own ledger. */
import type { EffectCounts } from '../../../analysis/index.js';
import { count } from '../../../format/index.js';
import { namedPhase } from '../../words.js';
import type { RunView } from '../../input.js';
import { html, outside, type Content, type Markup } from '../markup.js';
import { section, table } from '../parts.js';

export function effectsSection({ analysis: { summary } }: RunView): Markup | null {
  const { effects } = summary;
  if (effects === null) return null;
  const row = (label: Content, each: EffectCounts, total: boolean) => ({
    total,
    cells: [
      label,
      count(each.calls),
      count(each.exactlyOnce),
      count(each.duplicates),
      count(each.lost),
      count(each.orphans),
    ],
  });
  return section(
    'effects',
    'Side effects',
    'What the upstream executed against what its callers were told. Duplicate: executed more than once. Lost: acknowledged and never executed. Orphan: executed, but the caller saw a failure.',
    html`<div class="block">${table({
      caption: 'Calls that should take effect exactly once, warm-up included',
      columns: [
        { name: 'Calls', kind: 'word' },
        { name: 'n' },
        { name: 'Exactly once' },
        { name: 'Duplicates' },
        { name: 'Lost' },
        { name: 'Orphans' },
      ],
      rows: [
        row('all', effects, true),
        ...effects.slices.map((slice) =>
          row(
            html`${outside(slice.label)}<small>${outside(namedPhase(summary.phases, slice.phase))}</small>`,
            slice,
            false,
          ),
        ),
      ],
    })}${effects.unattributed === 0 ? null : html`<p class="muted">${count(effects.unattributed)} executions named no call of this run, such as those of the preflight.</p>`}</div>`,
  );
}
