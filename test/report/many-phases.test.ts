/** A run of thousands of phases has a report in seconds that a browser opens: what it has of each phase is bounded. */
import { describe, expect, it } from 'vitest';
import type { PhaseSummary, Summary } from '../../src/analysis/index.js';
import { firstScreen } from '../../src/report/first-screen/index.js';
import { timelineModel } from '../../src/report/first-screen/timeline-model.js';
import { markdownSummary, type RunView } from '../../src/report/index.js';
import { blocksHtml, MOST_TABLE_ROWS } from '../../src/report/layouts/blocks.js';
import { breakdown } from '../../src/report/topics/breakdown.js';
import { heatmapChart } from '../../src/report/topics/heatmap.js';
import { TOPICS } from '../../src/report/topics/index.js';
import { percentiles } from '../../src/report/topics/percentiles.js';
import { phases } from '../../src/report/topics/phases.js';
import { queue } from '../../src/report/topics/queue.js';
import { stationarity } from '../../src/report/topics/stationarity.js';
import { summary as overview } from '../../src/report/topics/summary.js';
import { MOST_DRAWN, MOST_ROWS, type Block } from '../../src/report/topics/topic.js';
import { verdict } from '../../src/report/topics/verdict.js';
import { fixtureInput, S } from './fixture.js';

const MANY = 300;
const VERY_MANY = 2_000;

const run = fixtureInput();
const { summary, figures } = run.analysis;
const open = openPhase();
function openPhase(): PhaseSummary {
  const [first] = summary.phases.filter(({ loop, name, offered }) => {
    return loop === 'open' && offered > 0 && figures.percentiles.some(({ phase }) => phase === name);
  });
  if (first === undefined) throw new Error('the fixture has no open loop');
  return first;
}
const named = <T extends { readonly phase: string }>(all: readonly T[]): readonly T[] =>
  all.filter(({ phase }) => phase === open.name);
const attribution: Summary['attributions'][number] = {
  ...{ phase: '', windowNs: S, windows: 10, firstGrowing: 'none', by: null, evidence: null },
  ...{ stage: null, gateway: null, onsetNs: null, onsetBy: null, slotWaitShare: null, stages: [], gateways: [] },
};
const namesOf = (phaseCount: number): readonly string[] =>
  Array.from({ length: phaseCount }, (_, index) => `phase ${index}`);
const names = namesOf(MANY);

/** One second for each phase; the last ones miss most and have the oldest calls, and a gate of the last one fails. */
function runOf(phaseCount: number): RunView {
  const own = namesOf(phaseCount);
  const [gate] = run.gates.results.filter((each) => each.verdict === 'pass');
  if (gate === undefined) throw new Error('the fixture has no gate that passes');
  const last = own.length - 1;
  return {
    ...run,
    gates: {
      ...run.gates,
      results: own.map((name, index) => ({
        ...gate,
        text: `error-ratio of ${name}`,
        verdict: index === last ? 'regress' : 'pass',
      })),
    },
    analysis: {
      summary: {
        ...summary,
        phases: own.map((name, index) => ({
          ...open,
          name,
          good: open.good - index,
          stationarity: { verdict: 'not-judged', why: 'too-short' },
          queueAge: { ...open.queueAge, maxNs: open.queueAge.maxNs + index },
        })),
        attributions: own.map((phase) => ({ ...attribution, phase })),
      },
      figures: {
        ...figures,
        ...{
          percentiles: own.flatMap((phase) => named(figures.percentiles).map((each) => ({ ...each, phase }))),
          lags: own.flatMap((phase) => named(figures.lags).map((each) => ({ ...each, phase }))),
          stageSplits: own.flatMap((phase) => named(figures.stageSplits).map((each) => ({ ...each, phase }))),
        },
        phases: own.flatMap((phase, index) =>
          named(figures.phases).map((each) => ({
            ...{ ...each, phase, stages: [], startNs: index * S, measuredFromNs: index * S },
            ...{ scheduledEndNs: (index + 1) * S, drainedNs: (index + 1) * S },
          })),
        ),
      },
    },
  };
}
const many = runOf(MANY);

const titles = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === 'figure' ? [block.title] : []));
const rows = (blocks: readonly Block[]): readonly number[] =>
  blocks.flatMap((block) => (block.kind === 'table' ? [block.rows.length] : []));
const words = (blocks: readonly Block[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []));

describe('of many phases', () => {
  it('the queues are drawn that grew oldest, and the table has all', () => {
    const blocks = queue.page(many);
    expect(titles(blocks)).toEqual(names.slice(-MOST_DRAWN));
    expect(words(blocks)).toEqual([`Drawn are the ${MOST_DRAWN} of ${MANY} phases with the oldest calls.`]);
    expect(rows(blocks)).toEqual([MANY]);
  });

  it('the latencies are drawn of those with the most calls', () => {
    const blocks = percentiles.page(many);
    const lags = titles(blocks).filter((title) => title.endsWith(': schedule lag'));
    expect([titles(blocks).length - lags.length, lags.length]).toEqual([MOST_DRAWN, MOST_DRAWN]);
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

  it('the tables and cards are those of the phases that missed most, and one table has a row for each', () => {
    const blocks = phases.page(many);
    const captions = blocks.flatMap((block) => (block.kind === 'table' ? [block.caption] : []));
    expect(captions).toHaveLength(1 + MOST_DRAWN);
    expect(captions[1]).toContain(`phase ${MANY - MOST_DRAWN} `);
    expect(rows(blocks)[0]).toBe(MANY);
    const which = `Shown are the ${MOST_DRAWN} of ${MANY} phases with the most missed calls; summary.json has all.`;
    expect(words(blocks)).toEqual([which]);
    const cards = overview.page(many);
    expect(words(cards)).toEqual([which]);
    expect(cards.flatMap((block) => (block.kind === 'cards' ? block.cards : []))).toHaveLength(
      MOST_DRAWN + summary.recoveries.length,
    );
    expect(overview.headline(many).finding).toContain(`a card for ${MOST_DRAWN} of the phases and for each fault`);
    expect(overview.headline(run).finding).toContain('a card for each');
    expect(phases.page(run)).toHaveLength(summary.phases.length);
  });

  it('a bar shows the stages of those whose mean time was longest', () => {
    const [which, figure] = breakdown.page(many);
    expect(which).toMatchObject({ text: expect.stringContaining('with the longest mean time') as string });
    const bars = figure?.kind === 'figure' ? (figure.numbers ?? []).flatMap((table) => table.rows) : [];
    expect(bars.filter(({ total }) => total === true)).toHaveLength(MOST_DRAWN);
  });

  it('a gate that fails is in its table, wherever it stands', () => {
    const [, table] = verdict.page(runOf(VERY_MANY));
    if (table?.kind !== 'table') throw new Error('there is no table of gates');
    expect(table.rows).toHaveLength(MOST_ROWS);
    expect(table.rows.at(-1)?.cells[0]).toBe(`error-ratio of phase ${VERY_MANY - 1}`);
    expect(table.notes).toEqual([
      `Shown are the ${MOST_ROWS} of 2,000 gates with the worst verdicts; gate.json has all.`,
    ]);
    expect(rows(stationarity.page(runOf(VERY_MANY)))).toEqual([MOST_ROWS]);
  });

  it('neighbours are one stretch of the timeline, and no rules fill the charts', () => {
    const model = timelineModel(many.analysis.figures, many.analysis.summary);
    expect(model?.stretches[0]).toMatchObject({ name: 'phase 0 to phase 1', rate: '2 phases', fromS: 0, toS: 2 });
    expect(model?.stretches).toHaveLength(MANY / 2);
    expect(model?.moments.places[0]).toBe('phase 0');
    const chartOf = (of: RunView): string => JSON.stringify(pictureOf(heatmapChart(of.analysis.figures)));
    expect(chartOf(many).length).toBeLessThan(chartOf(run).length);
  });

  it('a table of very many rows is cut, and says so', async () => {
    const table = {
      ...({ kind: 'table', caption: 'Rows', columns: [{ name: 'A' }] } as const),
      rows: Array.from({ length: MOST_TABLE_ROWS + 1 }, (_, index) => ({ cells: [String(index)] })),
    };
    const [page] = await blocksHtml([table]);
    expect(page?.html.match(/<tr>/g)).toHaveLength(1 + MOST_TABLE_ROWS);
    expect(page?.html).toContain('The first 1,000 of 1,001 rows are shown');
  });

  it('the report grows no more with the phases', async () => {
    const [some, twice] = [await sizeOf(runOf(VERY_MANY / 2)), await sizeOf(runOf(VERY_MANY))];
    expect(twice).toBeLessThan(some * 1.05);
    expect(markdownSummary([runOf(VERY_MANY)]).length).toBeLessThan(
      markdownSummary([runOf(VERY_MANY / 2)]).length * 1.05,
    );
  });
});

const pictureOf = ({ picture }: ReturnType<typeof heatmapChart>): unknown =>
  typeof picture === 'function' ? picture(864) : picture;

/** Characters of the first screen and of all chapters, with what their charts are drawn from in place of the charts. */
async function sizeOf(of: RunView): Promise<number> {
  const topics = TOPICS.filter((topic) => topic.applies(of));
  const blocks = topics.flatMap((topic) => topic.page(of));
  const figuresOf = blocks.flatMap((block) => (block.kind === 'figure' ? [block] : []));
  const others = blocks.flatMap((block): readonly Block[] =>
    block.kind === 'figure' ? (block.numbers ?? []) : [block],
  );
  const texts = [
    firstScreen(of).html,
    ...topics.map((topic) => `${topic.lead(of) ?? ''}${topic.headline(of).finding}`),
    ...(await blocksHtml(others)).map(({ html }) => html),
    ...figuresOf.map(({ finding, chart }) => {
      const drawn = chart();
      return finding + (drawn === null ? '' : JSON.stringify(pictureOf(drawn)));
    }),
  ];
  return texts.reduce((sum, { length }) => sum + length, 0);
}
