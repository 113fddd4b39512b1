/** Every phase, its stages and its tools, in numbers. */
import type { CallStats, PhaseSummary, Quantile } from '../../analysis/index.js';
import {
  amount,
  count,
  counted,
  duration,
  interval,
  maybeDuration,
  percent,
  quantile,
  quantileName,
  rate,
} from '../../format/index.js';
import { quantileOf, quantileText } from '../quantiles.js';
import { plainText } from '../text.js';
import {
  FROM_SEND,
  FROM_SEND_NOTE,
  measuredPhases,
  OUTCOME_ORDER,
  OUTCOME_WORDS,
  phaseKind,
  phaseName,
  scheduleWords,
} from '../words.js';
import { phasesTable, shownPhases } from './phases-table.js';
import { none, nothing, type Block, type Cell, type Row, type Table, type Topic } from './topic.js';

const MOST_CLASSES = 8;

function finding(phase: PhaseSummary): string {
  return (
    `${count(phase.offered)} calls offered at ${rate(phase.offeredPerSecond)}, goodput ` +
    `${rate(phase.goodputPerSecond)}; p99 of ok calls ${quantileText(phase.responseTime.ok, 0.99)}.`
  );
}

function errorClasses({ errorClasses: classes }: PhaseSummary): string | null {
  if (classes.length === 0) return null;
  const shown = classes.slice(0, MOST_CLASSES).map((each) => `${each.errorClass} ${count(each.count)}`);
  const rest = classes.slice(MOST_CLASSES).reduce((sum, each) => sum + each.count, 0);
  return `Error classes of last attempts: ${[...shown, ...(rest > 0 ? [`others ${count(rest)}`] : [])].join(', ')}.`;
}

const zeroed = (n: number): Cell => (n === 0 ? none('0') : count(n));

/** A quantile of the response time, and below it its interval and the same quantile from the send. */
function quantileCell(own: Quantile | undefined, sent: Quantile | undefined): Cell {
  if (own === undefined) return none();
  if (own.kind === 'not-estimable')
    return { ...none('too few'), below: `${count(own.n)} of ${count(own.needed)} needed` };
  const fromSend = sent === undefined || sent.kind === 'not-estimable' ? [] : [`from send ${quantile(sent)}`];
  const range = own.kind === 'censored' ? 'no answer' : interval(own);
  const below = [...(range === null ? [] : [range]), ...fromSend];
  return below.length === 0 ? quantile(own) : { text: quantile(own), below: below.join('; ') };
}

function phaseTable(phase: PhaseSummary): Block {
  const heading = `${plainText(phase.name)} (${phaseKind(phase)})`;
  const warmup = phase.warmupCalls > 0 ? ` ${count(phase.warmupCalls)} warm-up calls are left out.` : '';
  if (phase.offered === 0) return nothing(`${heading}: no call was measured.${warmup}`);
  const outcomes = OUTCOME_ORDER.filter((outcome) => outcome !== 'ok' && phase.outcomes[outcome] > 0);
  const { quantiles } = phase.responseTime.ok;
  const row = (label: Cell, stats: CallStats, total = false): Row => ({
    total,
    cells: [
      label,
      { text: count(stats.offered), below: percent(stats.offered / phase.offered) },
      count(stats.good),
      zeroed(stats.late),
      ...outcomes.map((outcome) => zeroed(stats.outcomes[outcome])),
      {
        text: rate(stats.goodputPerSecond),
        below: stats.missRatio === null ? 'none offered' : percent(stats.missRatio),
      },
      ...quantiles.map(({ q }) =>
        quantileCell(quantileOf(stats.responseTime.ok, q), quantileOf(stats.latencyFromSend.ok, q)),
      ),
      stats.responseTime.ok.maxNs === null
        ? none()
        : {
            text: duration(stats.responseTime.ok.maxNs),
            below: `from send ${maybeDuration(stats.latencyFromSend.ok.maxNs, '–')}`,
          },
      stats.retryAmplification === null ? none() : amount(stats.retryAmplification),
    ],
  });
  const stages = phase.stages.length > 1 ? phase.stages : [];
  return {
    kind: 'table',
    caption: heading,
    notes: [`${finding(phase)}${warmup}`],
    style: 'dense',
    columns: [
      { name: 'Calls', kind: 'word' },
      { name: 'n', below: 'share' },
      { name: 'Good' },
      { name: 'Late' },
      ...outcomes.map((outcome) => ({ name: OUTCOME_WORDS[outcome] })),
      { name: 'Goodput', below: 'missed' },
      ...quantiles.map(({ q }) => ({ name: quantileName(q) })),
      { name: 'Maximum' },
      { name: 'Attempts', below: 'per call' },
    ],
    rows: [
      row('all', phase, true),
      ...stages.map((stage) =>
        row({ text: `stage ${plainText(stage.label, 60)}`, below: `${scheduleWords(stage)} scheduled` }, stage),
      ),
      ...phase.tools.map((tool) => {
        const label = plainText(tool.label, 60);
        return row(tool.tool === tool.label ? label : { text: label, below: plainText(tool.tool, 60) }, tool);
      }),
    ],
    below: errorClasses(phase),
  };
}

function toolTable(phases: readonly PhaseSummary[]): Table {
  return {
    kind: 'table',
    caption: `Tools by phase: response time of ok calls, beside ${FROM_SEND_NOTE}`,
    columns: [
      { name: 'Phase', kind: 'word' },
      { name: 'Calls', kind: 'word' },
      { name: 'n' },
      { name: 'Good' },
      ...['p50', 'p99'].flatMap((name) => [{ name }, { name: `${name}, ${FROM_SEND}` }]),
      { name: 'Missed' },
    ],
    rows: phases.flatMap((phase) =>
      phase.tools
        .filter((tool) => tool.offered > 0)
        .map((tool) => ({
          cells: [
            phaseName(phase),
            plainText(tool.label),
            count(tool.offered),
            count(tool.good),
            ...[0.5, 0.99].flatMap((q) => [
              quantileText(tool.responseTime.ok, q),
              quantileText(tool.latencyFromSend.ok, q),
            ]),
            tool.missRatio === null ? none() : percent(tool.missRatio),
          ],
        })),
    ),
  };
}

export const phases = {
  id: 'phases',
  title: 'Phases and tools',
  label: 'Tools',
  place: 'results',
  lead: () =>
    `Response times of ok calls from the intended start, from raw samples; below each its 95 % interval ` +
    `(order statistics) and the same quantile of the ${FROM_SEND_NOTE}.`,
  headline: ({ analysis: { summary } }) => {
    const tools = measuredPhases(summary).flatMap((phase) => phase.tools.map((tool) => ({ phase, tool })));
    const [worst] = [...tools].sort((a, b) => (b.tool.missRatio ?? 0) - (a.tool.missRatio ?? 0));
    if (worst === undefined)
      return { state: 'quiet', finding: 'No phase of a rate of its own was measured.', key: null };
    const missed = worst.tool.missRatio ?? 0;
    const name = plainText(worst.tool.label, 60);
    return {
      state: missed > 0.05 ? 'look' : 'quiet',
      finding:
        missed === 0
          ? 'All calls of all tools were ok and on time.'
          : `Worst: ${name} in ${phaseName(worst.phase)}, ${percent(missed)} of ` +
            `${counted(worst.tool.offered, 'call')} missed.`,
      key: { name: `${plainText(worst.tool.label, 24)} missed`, value: percent(missed) },
    };
  },
  applies: () => true,
  page: ({ analysis: { summary } }) => {
    const all = measuredPhases(summary);
    const { drawn, announced } = shownPhases(all);
    if (announced.length > 0) return [phasesTable(all), ...announced, ...drawn.map(phaseTable)];
    if (all.length > 0) return all.map(phaseTable);
    return [
      nothing(
        summary.phases.length === 0
          ? 'No phase was run.'
          : 'The run was a capacity search alone: its probes are in the chapter Load line.',
      ),
    ];
  },
  markdown: ({ analysis: { summary } }) => {
    const { drawn, announced } = shownPhases(summary.phases);
    const table = toolTable(drawn);
    return table.rows.length === 0 ? [] : [...announced, table];
  },
  terminal: () => [],
} as const satisfies Topic;
