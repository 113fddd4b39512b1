/** The growth metrics: the trend of something that a process holds, during a soak phase. */
import type { Unit } from '../../format/index.js';
import type { Metric } from './metric.js';
import { notEstimable, type ProcessReadings, type Reading } from './reading.js';

function growthOf(quantity: string, unit: Unit, whatGrows: string) {
  const read = ({ isNamed, trends }: ProcessReadings): readonly Reading[] =>
    trends
      .filter((trend) => trend.quantity === quantity && (isNamed || trend.verdict !== 'unknown'))
      .map(({ slopePerHour, reason }) =>
        slopePerHour === null ? notEstimable(reason ?? 'no trend') : { kind: 'trend', ...slopePerHour },
      );
  return {
    definition: `How fast ${whatGrows} during a soak phase.`,
    source: 'Theil-Sen slope with a block-bootstrap interval',
    better: 'lower',
    usual: 'slope',
    comparison: { group: 'resources', shows: quantity === 'rss' ? ['slope'] : [] },
    dependsOnLoop: true,
    dependsOnLength: true,
    needs: ['soak'],
    per: 'process',
    stats: { slope: { unit, change: 'difference', read } },
    stretch: null,
  } as const satisfies Metric;
}

const grows = 'of a process grow in number';

export const rssGrowth = growthOf('rss', 'bytes-per-hour', 'the resident memory of a process grows');
export const descriptorGrowth = growthOf('descriptors', 'per-hour', `the open file descriptors ${grows}`);
export const socketGrowth = growthOf('sockets', 'per-hour', `the open sockets ${grows}`);
export const threadGrowth = growthOf('threads', 'per-hour', `the threads ${grows}`);
export const sessionGrowth = growthOf('sessions', 'per-hour', 'the MCP sessions that a server holds grow in number');
