/** Whether the numbers can be trusted: the load generator's own measurements, before any number of the target. */
import type { Summary } from '../../analysis/index.js';
import { amount, count, counted, duration, moment, percent, quantile, rate, UNKNOWN } from '../../format/index.js';
import { quantileOf } from '../quantiles.js';
import { displayWidth, plainText } from '../text.js';
import { RUN_VERDICT, namedPhase, type Badge, type Tone } from '../words.js';
import { lines, verdictCell, type Check, type Line, type Reason, type Span, type Topic } from './topic.js';

/** A check with the name it has on a line of many. */
interface GeneratorCheck extends Check {
  readonly short: string;
}

const STATE = {
  ok: { words: 'ok', tone: 'good', sign: '✓' },
  warning: { words: 'warning', tone: 'unsure', sign: '?' },
  doubtful: { words: 'doubtful', tone: 'unsure', sign: '?' },
  failed: { words: 'failed', tone: 'bad', sign: '!' },
  unknown: { words: 'unknown', tone: 'quiet', sign: '–' },
} as const satisfies Readonly<Record<string, Badge>>;

export function generatorChecks(summary: Summary): readonly GeneratorCheck[] {
  return [
    scheduleLag(summary),
    loopDelay(summary),
    littlesLaw(summary),
    samples(summary),
    otherCpu(summary),
    selfCapacity(summary),
  ];
}

/** The state of a check is the verdict of the analysis on it; the report has no limits of its own. */
function stateOf(summary: Summary, known: boolean, codes: readonly string[]): Badge {
  const reasons = summary.validity.reasons.filter((reason) => codes.includes(reason.code));
  if (reasons.some((reason) => reason.severity === 'invalid')) return STATE.failed;
  if (reasons.some((reason) => reason.severity === 'doubtful')) return STATE.doubtful;
  return !known ? STATE.unknown : reasons.length > 0 ? STATE.warning : STATE.ok;
}

function scheduleLag(summary: Summary): GeneratorCheck {
  const phases = summary.phases.filter((phase) => phase.loop === 'open' && phase.scheduleLag.n > 0);
  const found = phases.map(({ name, scheduleLag: lag }) => {
    const p99 = quantileOf(lag, 0.99);
    return p99?.kind === 'value'
      ? { name, ns: p99.ns, words: quantile(p99) }
      : { name, ns: lag.maxNs ?? 0, words: `at most ${duration(lag.maxNs ?? 0)}` };
  });
  const [first, ...rest] = found;
  const worst = rest.reduce((highest, each) => (highest === undefined || each.ns > highest.ns ? each : highest), first);
  return {
    name: 'Schedule lag, p99',
    short: 'schedule lag p99',
    value:
      worst === undefined
        ? 'n/a (no open loop)'
        : phases.length > 1
          ? `${worst.words} (${plainText(worst.name, 40)})`
          : worst.words,
    meaning:
      worst === undefined
        ? 'Only an open loop has a schedule.'
        : 'How late calls were sent; excludes the wait for a free connection. Judged by its effect: without it no ' +
          'number may differ by more than 10 % (and 1 ms).',
    badge: stateOf(summary, worst !== undefined, ['schedule-lag']),
  };
}

function loopDelay(summary: Summary): GeneratorCheck {
  const { loopDelayMaxNs, gcShare } = summary.generator;
  const gc = gcShare === null ? '' : `; garbage collection took ${percent(gcShare)} of the time`;
  return {
    name: 'Event loop delay, maximum',
    short: 'event loop delay',
    value: loopDelayMaxNs === null ? UNKNOWN : duration(loopDelayMaxNs),
    meaning: `Longest pause of the generator's event loop; judged by its effect on the numbers${gc}.`,
    badge: stateOf(summary, loopDelayMaxNs !== null, [
      'generator-standstill',
      'fault-engine-standstill',
      'generator-saturated',
      'generator-cpu',
      'achieved-below-offered',
    ]),
  };
}

function littlesLaw(summary: Summary): GeneratorCheck {
  const errors = summary.phases.flatMap(({ consistencyError }) => consistencyError ?? []);
  return {
    name: "Consistency check (Little's law)",
    short: "Little's law",
    value: errors.length === 0 ? UNKNOWN : percent(Math.max(...errors)),
    meaning:
      'Difference between the calls in flight that each load worker counted, by another clock, and those of its ' +
      'samples, largest phase. Limit: 5 %; more means that a clock or a count is wrong.',
    badge: stateOf(summary, errors.length > 0, ['consistency-check', 'clock-problem']),
  };
}

function samples(summary: Summary): GeneratorCheck {
  const { logicalCalls, unaccounted } = summary.samples;
  return {
    name: 'No samples lost',
    short: 'samples',
    value:
      unaccounted === 0
        ? `${count(logicalCalls)} of ${count(logicalCalls)}`
        : `${counted(unaccounted, 'call')} missing`,
    meaning: 'Every call that was planned has an outcome in the record.',
    badge: stateOf(summary, true, ['samples-unaccounted', 'record-incomplete', 'no-samples', 'interrupted', 'aborted']),
  };
}

function otherCpu(summary: Summary): GeneratorCheck {
  const { otherProcesses, spinLostShare } = summary;
  const probed =
    spinLostShare === null
      ? 'No probe was taken before and after the load.'
      : `A probe of one core before and after the load found ${percent(spinLostShare)} used by others (warning: 2 %).`;
  return {
    name: 'CPU used by other processes',
    short: 'CPU used by other processes',
    value: otherProcessesText(summary),
    meaning:
      otherProcesses === null
        ? `The system did not report it while calls were measured. ${probed}`
        : 'Mean while calls were measured; a run is doubtful where others were busy while tasks waited for a core. ' +
          probed,
    badge: stateOf(summary, otherProcesses !== null || spinLostShare !== null, [
      ...(['contended-machine', 'held-up-machine', 'cpu-steal', 'machine-pressure'] as const),
    ]),
  };
}

/** What was used while calls were measured; where that is not known, what the probes around the load found. */
function otherProcessesText({ otherProcesses, spinLostShare }: Summary): string {
  if (otherProcesses !== null)
    return `${amount(Math.round(otherProcesses.meanCores * 100) / 100)} of ${counted(otherProcesses.ofCores, 'core')}`;
  return spinLostShare === null ? UNKNOWN : `${percent(spinLostShare)} of a core before and after`;
}

function selfCapacity(summary: Summary): GeneratorCheck {
  const { selfCapacityPerSecond, selfCapacityUnknown, highestRatePerSecond } = summary.generator;
  const offered = highestRatePerSecond === null ? 'no open loop' : `${rate(highestRatePerSecond)} offered`;
  const what =
    'Highest arrival rate that this machine sends with a schedule lag p99 under 1 ms, against a server that ' +
    'does nothing; measured by plimsoll doctor.';
  return {
    name: 'Self-capacity',
    short: 'self-capacity',
    value: `${selfCapacityPerSecond === null ? UNKNOWN : rate(selfCapacityPerSecond)} (${offered})`,
    meaning: selfCapacityUnknown === null ? what : `Unknown: ${plainText(selfCapacityUnknown, 200)}. ${what}`,
    badge: stateOf(summary, selfCapacityPerSecond !== null && highestRatePerSecond !== null, ['over-self-capacity']),
  };
}

const MOST_WARNINGS = 20;
const MOST_LINES = 8;

function reasonsOf({ phases, validity }: Summary): readonly Reason[] {
  return validity.reasons.map(({ severity, code, phase, what, remedy }) => ({
    badge: severity === 'warning' ? STATE.warning : RUN_VERDICT[severity],
    code,
    where: phase === null ? null : namedPhase(phases, phase),
    what,
    remedy,
  }));
}

function warningsOf({ warnings }: Summary): readonly Reason[] {
  return warnings
    .slice(0, MOST_WARNINGS)
    .map(({ code, atNs, what, remedy }) => ({ badge: STATE.warning, code, where: moment(atNs), what, remedy }));
}

/** The checks side by side, on further lines where one is not enough. */
function checkLines(summary: Summary, columns: number): readonly Line[] {
  const head = 'generator  ';
  const rows: Span[][] = [[{ text: head, tone: 'quiet' }]];
  let width = head.length;
  for (const { short, value, badge } of generatorChecks(summary)) {
    const flag = badge.tone === 'bad' || badge.tone === 'unsure' ? ` ${badge.sign}` : '';
    const words = `${short} ${value}${flag}`;
    const fits = width === head.length || width + 3 + displayWidth(words) <= columns;
    if (!fits) {
      rows.push([{ text: ' '.repeat(head.length) }]);
      width = head.length;
    }
    const gap = width > head.length ? ' · ' : '';
    const tone: Tone | undefined = flag === '' ? undefined : badge.tone;
    rows.at(-1)?.push({ text: gap }, tone === undefined ? { text: words } : { text: words, tone });
    width += gap.length + displayWidth(words);
  }
  return rows;
}

function reasonLines(summary: Summary, columns: number): readonly Line[] {
  const all = [...reasonsOf(summary)].sort((a, b) => Number(b.badge.tone === 'bad') - Number(a.badge.tone === 'bad'));
  const more = all.length - MOST_LINES;
  return [
    ...all
      .slice(0, MOST_LINES)
      .flatMap(({ badge, code, where, what, remedy }) => [
        ...lines(
          [{ text: `  ${badge.sign} `, tone: badge.tone }],
          `${code}${where === null ? '' : ` in ${where}`}: ${plainText(what)}`,
          columns,
        ),
        ...lines([{ text: '    ' }], plainText(remedy), columns, 'quiet'),
      ]),
    ...(more > 0 ? [[{ text: `  and ${more} more in the report`, tone: 'quiet' as const }]] : []),
  ];
}

export const validity = {
  id: 'validity',
  title: 'Did the load generator keep up?',
  label: 'Generator',
  place: 'validity',
  lead: () => 'Whether calls were sent as planned and when planned, and whether the machine was free for it.',
  headline: ({ analysis: { summary } }) => {
    const checks = generatorChecks(summary);
    const flagged = checks.filter(({ badge: { tone } }) => tone === 'bad' || tone === 'unsure');
    const { verdict: own } = summary.validity;
    const { tone, words } = RUN_VERDICT[own];
    const shown = flagged.length > 0 ? flagged : checks.slice(0, 1);
    const named = shown.map(({ short, value }) => `${short} ${value}`).join(', ');
    const begin =
      own === 'valid'
        ? 'The load generator kept up'
        : own === 'doubtful'
          ? 'The machine was disturbed'
          : 'The measurement is invalid';
    return { state: tone, finding: `${begin}: ${named}.`, key: { name: 'measurement', value: words } };
  },
  applies: () => true,
  page: ({ analysis: { summary } }) => [
    { kind: 'checks', checks: generatorChecks(summary) },
    ...(summary.validity.reasons.length === 0 ? [] : [{ kind: 'reasons', reasons: reasonsOf(summary) } as const]),
    ...(summary.warnings.length === 0
      ? []
      : [
          {
            kind: 'folded',
            title: '',
            summary: `${counted(summary.warnings.length, 'warning')} during the run${
              summary.warnings.length > MOST_WARNINGS
                ? `; the first ${MOST_WARNINGS} are shown, all are in events.ndjson`
                : ''
            }`,
            blocks: [{ kind: 'reasons', reasons: warningsOf(summary) }],
          } as const,
        ]),
  ],
  markdown: ({ analysis: { summary } }) => [
    {
      kind: 'table',
      caption: 'Checks of the load generator and its machine',
      columns: [{ name: 'Check', kind: 'word' }, { name: 'Measured' }, { name: 'State', kind: 'word' }],
      rows: generatorChecks(summary).map(({ name, value, badge }) => ({ cells: [name, value, verdictCell(badge)] })),
    },
    {
      kind: 'list',
      items: reasonsOf(summary).map(({ badge, code, where, what, remedy }) => ({
        name: badge.words,
        text: `${code}${where === null ? '' : ` in ${where}`}: ${what.replace(/\.$/, '')}. Hint: ${remedy}`,
      })),
    },
  ],
  terminal: ({ analysis: { summary } }, columns) => [...checkLines(summary, columns), ...reasonLines(summary, columns)],
} as const satisfies Topic;
