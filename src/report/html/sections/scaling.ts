/** Throughput against concurrency, by the closed-loop phases. */
import { count, rate } from '../../../format/index.js';
import { scalingChart } from '../../charts/scaling.js';
import type { RunView } from '../../input.js';
import { scalingSentence } from '../../scaling.js';
import { phaseName } from '../../words.js';
import { html, outside, type Markup } from '../markup.js';
import { figure, section, table } from '../parts.js';

export async function scalingSection({ analysis: { summary } }: RunView): Promise<Markup | null> {
  const { scaling } = summary;
  // One closed loop alone is no picture of scaling, and its throughput stands in the tables.
  if (scaling === null || scaling.points.length < 2) return null;
  const sentence = scalingSentence(scaling);
  const drawn =
    scaling.kind === 'fitted'
      ? figure({
          title: 'Throughput against concurrency (closed loops)',
          finding: sentence,
          chart: await scalingChart(scaling, `Throughput against concurrency with the fitted law. ${sentence}`),
          numbers: null,
        })
      : null;
  return section(
    'scaling',
    'Scaling',
    drawn === null ? sentence : null,
    html`${drawn}<div class="block">${table({
      caption: 'Throughput by concurrency, closed-loop steady phases',
      columns: [{ name: 'Phase', kind: 'word' }, { name: 'Callers' }, { name: 'Completed' }],
      rows: scaling.points.map(({ phase, concurrency, completedPerSecond }) => ({
        cells: [outside(phaseName({ name: phase, loop: 'closed' }), 100), count(concurrency), rate(completedPerSecond)],
      })),
    })}</div>`,
  );
}
