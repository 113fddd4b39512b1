/** The shards of a merged run: what each made of the load, at which cost, and how well its clock is known. */
import type { ShardsSummary } from '../../analysis/index.js';
import { count, counted, duration, percent } from '../../format/index.js';
import { plainText } from '../text.js';
import { lines, none, numberColumns, text, wordColumns, type KeyNumber, type Table, type Topic } from './topic.js';

/** Rows in the short forms; the page has all. */
const MOST_ROWS = 20;

function sentence({ shards, imbalance }: ShardsSummary): string {
  const uncertainNs = Math.max(...shards.map(({ uncertaintyNs }) => uncertaintyNs));
  const even =
    imbalance === null
      ? 'none of them had a call'
      : `the one with most calls had ${percent(imbalance)} of the mean more than the one with fewest`;
  return (
    `${counted(shards.length, 'process', 'processes')} made the load together; ${even}. ` +
    `Times of different shards are comparable to ${duration(uncertainNs)}.`
  );
}

const signed = (ppm: number): string => `${ppm < 0 ? '−' : '+'}${Math.abs(ppm).toFixed(1)} ppm`;

function table({ shards }: ShardsSummary, most: number): Table {
  return {
    kind: 'table',
    caption: 'Shards',
    columns: [
      ...wordColumns('Shard', 'Host'),
      ...numberColumns(
        'Calls',
        'Ok',
        'Largest lag p99 of a second',
        'CPU per call',
        'Clock drift',
        'Clock uncertainty',
      ),
    ],
    rows: shards.slice(0, most).map((each) => ({
      cells: [
        count(each.shard),
        plainText(each.host, 40),
        count(each.offered),
        count(each.ok),
        each.lagP99MaxNs === null ? none('no sends') : duration(each.lagP99MaxNs),
        each.cpuPerCallNs === null ? none('unknown') : duration(each.cpuPerCallNs),
        each.shard === 0 ? none('reference') : each.driftPpm === null ? none('none seen') : signed(each.driftPpm),
        each.shard === 0 ? none('reference') : duration(each.uncertaintyNs),
      ],
    })),
    below: shards.length > most ? `and ${counted(shards.length - most, 'more shard')} in the report` : null,
  };
}

const shardCount = (shardsRun: number): KeyNumber => ({
  name: 'shards',
  value: count(shardsRun),
  brief: counted(shardsRun, 'shard'),
});

export const shards = {
  id: 'shards',
  title: 'Shards',
  label: 'Shards',
  place: 'conditions',
  lead: () =>
    'Each shard is a process of its own. Calls count warm-up; lag is that of sends against their schedule; the ' +
    'clock of each shard is held against that of shard 0 before, at the start of each phase, and after.',
  headline: ({ analysis: { summary } }) => ({
    state: 'quiet',
    finding: summary.shards === null ? '' : sentence(summary.shards),
    key: summary.shards === null ? null : shardCount(summary.shards.shards.length),
  }),
  applies: ({ analysis }) => analysis.summary.shards !== null,
  page: ({ analysis: { summary } }) =>
    summary.shards === null ? [] : [text(sentence(summary.shards)), table(summary.shards, Infinity)],
  markdown: ({ analysis: { summary } }) =>
    summary.shards === null ? [] : [text(sentence(summary.shards)), table(summary.shards, MOST_ROWS)],
  terminal: ({ analysis: { summary } }, columns) =>
    summary.shards === null
      ? []
      : [[{ text: 'shards: ', tone: 'strong' }], ...lines([{ text: '  ' }], sentence(summary.shards), columns)],
} as const satisfies Topic;
