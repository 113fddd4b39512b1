/** A run of thousands of phases has a report in seconds: a chart takes some hundredths of one. */
import { describe, expect, it } from 'vitest';
import { percentiles } from '../../src/report/topics/percentiles.js';
import { queue } from '../../src/report/topics/queue.js';
import { MOST_DRAWN, type Block } from '../../src/report/topics/topic.js';
import { fixtureInput } from './fixture.js';

const MANY = 300;

const run = fixtureInput();
const { summary, figures } = run.analysis;
const [open] = summary.phases.filter(({ loop, name, offered }) => {
  return loop === 'open' && offered > 0 && figures.percentiles.some(({ phase }) => phase === name);
});
if (open === undefined) throw new Error('the fixture has no open loop');
const curves = figures.percentiles.flatMap((each) => (each.phase === open.name ? [each] : []));
const names = Array.from({ length: MANY }, (_, index) => `phase ${index}`);
const many = {
  ...run,
  analysis: {
    summary: {
      ...summary,
      phases: names.map((name, index) => ({
        ...open,
        name,
        queueAge: { ...open.queueAge, maxNs: open.queueAge.maxNs + index },
      })),
    },
    figures: { ...figures, percentiles: names.flatMap((phase) => curves.map((each) => ({ ...each, phase }))) },
  },
};

const titles = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === 'figure' ? [block.title] : []));
const words = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));

describe('of many phases', () => {
  it('the queues are drawn that grew oldest, and the table has all', () => {
    const blocks = queue.page(many);
    expect(titles(blocks)).toEqual(names.slice(-MOST_DRAWN));
    expect(words(blocks)).toEqual([`Drawn are the ${MOST_DRAWN} of ${MANY} phases with the oldest calls.`]);
    expect(blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.length] : []))).toEqual([MANY]);
  });

  it('the latencies are drawn of those with the most calls', () => {
    const blocks = percentiles.page(many);
    expect(titles(blocks)).toHaveLength(MOST_DRAWN);
    expect(words(blocks)).toEqual([`Drawn are the ${MOST_DRAWN} of ${MANY} phases with the most calls.`]);
  });

  it('a phase of one point has no curve of its queue', () => {
    const short = { ...open, drainedNs: open.startNs + 1 };
    const one = { ...run, analysis: { figures, summary: { ...summary, phases: [short] } } };
    expect(titles(queue.page(one))).toEqual([]);
  });

  it('of few all are drawn', () => {
    expect(words(queue.page(run))).toEqual([]);
    expect(words(percentiles.page(run))).toEqual([]);
  });
});
