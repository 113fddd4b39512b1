/** Queue age: which queue grew, how old it got, and how it went away. */
import { duration, maybeDuration, moment, rate, slope } from '../../../format/index.js';
import { queueChart } from '../../charts/queue.js';
import { queueFinding } from '../../findings.js';
import { drainSentence } from '../../headline.js';
import type { RunView } from '../../input.js';
import { plainText } from '../../text.js';
import { phaseName } from '../../words.js';
import { html, outside, prose, type Markup } from '../markup.js';
import { figure, nothing, section, table } from '../parts.js';

export async function queueSection({ analysis: { summary, figures } }: RunView): Promise<Markup> {
  const waited = summary.phases.filter((phase) => phase.loop === 'open' && phase.offered > 0);
  const measured = summary.phases.filter((phase) => phase.offered > 0);
  const drawn = await Promise.all(
    waited.map(async (phase) => {
      const finding = queueFinding(phase);
      const chart = await queueChart(
        figures.timeline,
        phase,
        figures.faults,
        `Queue age over the phase ${plainText(phase.name, 100)}. ${finding}`,
      );
      return figure({
        title: phase.name,
        finding: phase.drain === null ? finding : `${finding} ${drainSentence(phase.drain)}`,
        chart,
        numbers: drainTable(phase),
      });
    }),
  );
  return section(
    'queue',
    'Queue age and drain',
    'At any moment, the age of the oldest call that is not yet in service. A queue whose age grows is a rate that is not sustained.',
    html`${measured.length === 0 ? nothing('No phase had calls.') : null}${drawn.length === 0 ? null : html`<div class="pair">${drawn}</div>`}${
      measured.length === 0
        ? null
        : html`<div class="block">${table({
            caption: 'Queue age by phase',
            columns: [
              { name: 'Phase', kind: 'word' },
              { name: 'Oldest' },
              { name: 'p99 over time' },
              { name: 'Slope (95 % interval)' },
              { name: 'Seen from', kind: 'word' },
            ],
            rows: measured.map(({ queueAge, ...phase }) => ({
              cells: [
                outside(phaseName(phase)),
                duration(queueAge.maxNs),
                duration(queueAge.p99Ns),
                queueAge.slope === null
                  ? html`<span class="none">not told under 5 s</span>`
                  : html`${slope(queueAge.slope.nsPerSecond)}<small>${prose(`${slope(queueAge.slope.low)} to ${slope(queueAge.slope.high)}`)}${phase.stages.length === 0 ? null : '; the rate changed'}</small>`,
                queueAge.source === 'upstream' ? 'the upstream’s own stamps' : 'the send: the upstream gives no stamps',
              ],
            })),
          })}</div>`
    }`,
  );
}

function drainTable(phase: RunView['analysis']['summary']['phases'][number]): Markup | null {
  const { drain } = phase;
  if (drain === null) return null;
  return table({
    caption: 'Backlog, seen and predicted',
    columns: [{ name: '', kind: 'word' }, { name: 'Seen' }, { name: 'Fluid prediction' }],
    rows: [
      {
        cells: [
          'Longest response time',
          html`${duration(drain.peakWaitNs)}<small>at ${moment(drain.peakWaitAtNs)}</small>`,
          maybeDuration(drain.fluid?.peakWaitNs, '–'),
        ],
      },
      {
        cells: [
          'Drained after',
          drain.drainNs === null ? `> ${duration(drain.observedNs)}` : duration(drain.drainNs),
          maybeDuration(drain.fluid?.drainNs, '–'),
        ],
      },
      { cells: ['Capacity used', '–', drain.fluid === null ? '–' : rate(drain.fluid.capacityPerSecond)] },
    ],
  });
}
