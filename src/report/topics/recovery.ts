/** What each fault did, and how the stack recovered. */
import { worstRecovery, type Analysis, type RecoverySummary, type Summary } from '../../analysis/index.js';
import { counted, duration, exactMoment, maybeDuration, percent, rate, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { faultInPhase, faultName, fluidIgnores, namedPhase, type State } from '../words.js';
import { hypothesesCell } from './hypotheses.js';
import { recoveryChart } from './recovery-chart.js';
import { recoveryNote, recoveryWords } from './recovery-words.js';
import {
  namedLines,
  nothing,
  numberColumns,
  tableOf,
  wordColumns,
  type Block,
  type Line,
  type Row,
  type Table,
  type Topic,
} from './topic.js';

/** The normal range, the windows it was judged in, and what the fluid model of the drain ignores. */
function noteOf({ normalRange: range, windowNs, holdNs, drain, note }: RecoverySummary): string {
  const normal =
    range === null
      ? 'No normal range'
      : `Normal range: p99 up to ${duration(range.maxP99Ns)}, goodput from ${rate(range.minGoodputPerSecond)}`;
  const ignores = fluidIgnores(drain?.fluidIgnores ?? []);
  const fluid = ignores === '' ? '' : ` Fluid model of the drain${ignores}.`;
  const windows = `windows of ${duration(windowNs)}, hold time ${duration(holdNs)}`;
  return `${normal}; ${windows}.${fluid}${note === null ? '' : ` ${plainText(note)}`}`;
}

function table({ recoveries, phases, hypotheses }: Summary): readonly Table[] {
  const judged = hypotheses.length > 0;
  return tableOf({
    caption: 'Time to detect, time to recover and what was lost, by fault',
    columns: [
      ...wordColumns('Fault', 'Phase'),
      { name: 'On', pageOnly: true },
      { name: 'Off', pageOnly: true },
      { name: 'Baseline', below: 'goodput, p99', pageOnly: true },
      ...numberColumns('Time to detect', 'Time to recover'),
      { name: 'Backlog drained after', below: 'fluid model' },
      { name: 'Successful calls lost' },
      { name: 'Goodput lost', below: 'at the worst', pageOnly: true },
      ...(judged ? wordColumns('Steady-state hypotheses') : []),
    ],
    rows: recoveries.map((recovery): Row => {
      const { recover, detect, drain, lost } = recoveryWords(recovery);
      const { clearNs, baseline, dip } = recovery;
      const state = hypothesesCell(hypotheses, recovery.phase);
      const cleared = `within ${maybeDuration(recovery.clearUncertaintyNs, UNKNOWN)}`;
      const calm = baseline && `${duration(baseline.p99Ns)}, ${counted(baseline.windows, 'window')}`;
      return {
        cells: [
          { text: faultName(recovery), below: plainText(recovery.fault) },
          namedPhase(phases, recovery.phase),
          { text: exactMoment(recovery.onsetNs), below: `within ${duration(recovery.onsetUncertaintyNs)}` },
          clearNs === null ? 'never' : { text: exactMoment(clearNs), below: cleared },
          baseline === null ? UNKNOWN : { text: rate(baseline.goodputPerSecond), below: calm ?? '' },
          detect,
          { text: recover.value, below: recoveryNote(recovery) },
          { text: drain, below: maybeDuration(recovery.drain?.fluidNs, 'no fluid model') },
          lost,
          dip === null ? UNKNOWN : percent(dip.depth),
          ...(judged ? [state === null ? 'none' : { text: state.first, below: state.second }] : []),
        ],
      };
    }),
  });
}

const figures = ({ summary: { recoveries, phases }, figures: drawn }: Analysis): readonly Block[] =>
  recoveries.map((recovery): Block => {
    const windows = drawn.recoveries.find((each) => each.fault === recovery.fault)?.windows ?? [];
    const title = `${faultName(recovery)}, in ${namedPhase(phases, recovery.phase)}`;
    const why = recovery.note === null ? 'no window of this fault has calls.' : plainText(recovery.note);
    if (windows.length === 0) return nothing(`${title}: ${why}`);
    return {
      kind: 'figure',
      title,
      finding: recoveryWords(recovery).sentence,
      drawn: `Recovery from ${title}.`,
      chart: () => recoveryChart(recovery, windows),
      wide: true,
      note: noteOf(recovery),
    };
  });

function recoveryLines(recovery: RecoverySummary, { phases }: Summary, columns: number): readonly Line[] {
  const { recover, detect, lost, short } = recoveryWords(recovery);
  const { kind } = recovery.timeToRecover;
  const recovered = {
    value: `time to recover ${recover.value}`,
    censored: `recovery ${recover.value} (observation ended)`,
  };
  const words = kind === 'value' || kind === 'censored' ? `${recovered[kind]}, time to detect ${detect}` : short;
  const metastable = recovery.afterFault.metastability.verdict === 'metastable' ? ', metastable' : '';
  const calls = recovery.dip === null ? '' : `, ${lost} successful calls lost`;
  const tone = kind === 'censored' ? 'bad' : undefined;
  return namedLines(faultInPhase(recovery, phases), `${words}${calls}${metastable}`, columns, tone);
}

const RECOVERY_STATE: Readonly<Record<RecoverySummary['timeToRecover']['kind'], State>> = {
  value: 'good',
  'not-degraded': 'good',
  censored: 'bad',
  'not-observed': 'unsure',
  unknown: 'unsure',
};

export const recovery = {
  id: 'recovery',
  title: 'Recovery',
  label: 'Recovery',
  place: 'results',
  lead: () =>
    'Windows are aligned to the moment at which the fault was confirmed active. Recovered: back in the ' +
    'normal range for the whole hold time.',
  headline: ({ analysis: { summary } }) => {
    const worst = worstRecovery(summary.recoveries);
    if (worst === null)
      return { state: 'unsure', finding: 'A fault was planned, but none of its edges was recorded.', key: null };
    const { sentence, recover } = recoveryWords(worst);
    return {
      state: RECOVERY_STATE[worst.timeToRecover.kind],
      finding: `${faultName(worst)}: ${sentence}`,
      key: { name: 'to recover', value: recover.value, brief: recover.brief ?? recover.value },
    };
  },
  applies: ({ analysis, plan }) => analysis.summary.recoveries.length > 0 || plan.faults.length > 0,
  page: ({ analysis }) =>
    analysis.summary.recoveries.length === 0
      ? [nothing('A fault was planned, but none of its edges was recorded.')]
      : [...figures(analysis), ...table(analysis.summary)],
  markdown: ({ analysis: { summary } }) => table(summary),
  terminal: ({ analysis: { summary } }, columns) =>
    summary.recoveries.flatMap((each) => recoveryLines(each, summary, columns)),
} as const satisfies Topic;
