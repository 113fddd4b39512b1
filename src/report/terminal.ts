/** The summary for a terminal: what to know before opening the report, in a screenful and never wider than asked. */
import { traitsOf } from '../catalog/index.js';
import pc from 'picocolors';
import type {
  Attribution,
  CapacitySummary,
  GrowthSummary,
  PhaseHypotheses,
  PhaseSummary,
  RecoverySummary,
  Summary,
} from '../analysis/index.js';
import { amount, count, duration, exactMoment, plural, measuredText } from '../format/index.js';
import { changeText, driftSaysSomething } from './drift.js';
import { hypothesesSentence, judgementText } from './hypotheses.js';
import { attributionSentence } from './attribution.js';
import { GROWTH_VERDICT, growthSentence } from './growth.js';
import { recoveryWords } from './headline.js';
import type { SummaryInput } from './input.js';
import { goodputSentence, kneeSentence, loadLineSentence, loadLineValue } from './load-line.js';
import { phaseTable } from './phase-table.js';
import { scalingSentence } from './scaling.js';
import { steadySentence, wasUnsteady } from './steadiness.js';
import { displayWidth, fitWidth, plainText, wrapped } from './text.js';
import { trustFacts } from './trust.js';
import { faultInPhase, GATE_VERDICT, namedPhase, phaseName, type Tone } from './words.js';

export interface TerminalOptions {
  /** Colour is only ever beside a word or a sign that says the same. */
  readonly color: boolean;
  /** Columns; no line is wider. Less than 40 is taken as 40. */
  readonly width: number;
}

const NARROWEST = 40;
const MOST_REASONS = 8;

/** One stretch of a line in one colour. Colours are put on last, so that no escape sequence is ever counted or cut. */
interface Span {
  readonly text: string;
  readonly tone?: Tone | 'strong';
}
type Line = readonly Span[];

/** The summary as lines of text, ending in a line break. */
export function terminalSummary(
  { analysis: { summary }, gates }: SummaryInput,
  { color, width }: TerminalOptions,
): string {
  const columns = Math.max(NARROWEST, width);
  const valid = summary.validity.verdict === 'valid';
  const lines: Line[] = [
    [
      { text: plainText(summary.name), tone: 'strong' },
      {
        text: `  ${duration(summary.durationNs)}, ${count(summary.samples.logicalCalls)} ${plural(summary.samples.logicalCalls, 'call')}${summary.status === 'complete' ? '' : `, ${summary.status}`}`,
        tone: 'quiet',
      },
    ],
    [{ text: valid ? '✓ run valid' : '! run invalid', tone: valid ? 'good' : 'bad' }, ...gateVerdict(gates)],
    ...trustLines(summary, columns),
    ...reasonLines(summary, columns),
    [],
    ...summary.capacities.flatMap((search) => searchLines(search, columns)),
    ...phaseLines(
      summary.phases.filter(({ regime }) => !traitsOf(regime).searches),
      summary.capacities.length,
      columns,
    ),
    ...scalingLines(summary, columns),
    ...summary.phases.flatMap((phase) => unsteadyLines(phase, columns)),
    ...summary.attributions.flatMap((one) => grownLines(one, columns)),
    ...summary.growth.flatMap((growth) =>
      growthLines({ ...growth, phase: namedPhase(summary.phases, growth.phase, 30) }, columns),
    ),
    ...(summary.recoveries.length === 0 ? [] : [[]]),
    ...summary.recoveries.flatMap((recovery) => recoveryLines(recovery, summary, columns)),
    ...summary.hypotheses.flatMap((found) =>
      hypothesisLines(found, namedPhase(summary.phases, found.phase, 30), columns),
    ),
    ...driftLines(summary, columns),
    ...(summary.effects === null ? [] : [effectLine(summary.effects)]),
    ...(gates.results.length === 0 ? [] : [[]]),
    ...gates.results.flatMap((result) => gateLines(result, columns)),
  ];
  const colors = pc.createColors(color);
  return `${lines.map((line) => drawn(line, columns, colors)).join('\n')}\n`;
}

function drawn(line: Line, columns: number, colors: ReturnType<typeof pc.createColors>): string {
  let room = columns;
  let text = '';
  for (const span of line) {
    if (span.text === '') continue;
    const shown = fitWidth(span.text, room);
    if (shown === '') break;
    room -= displayWidth(shown);
    text += painted(shown, span.tone, colors);
    if (shown !== span.text) break;
  }
  return text.trimEnd();
}

function painted(text: string, tone: Span['tone'], colors: ReturnType<typeof pc.createColors>): string {
  switch (tone) {
    case 'good':
      return colors.green(text);
    case 'bad':
      return colors.red(text);
    case 'unsure':
      return colors.yellow(text);
    case 'quiet':
      return colors.dim(text);
    case 'strong':
      return colors.bold(text);
    case undefined:
      return text;
  }
}

function gateVerdict(gates: SummaryInput['gates']): Line {
  if (gates.results.length === 0) return [{ text: '  no gates', tone: 'quiet' }];
  const look = GATE_VERDICT[gates.verdict];
  const passed = gates.results.filter((result) => result.verdict === 'pass').length;
  return [
    { text: '  ' },
    { text: `${look.sign} gates ${look.words}`, tone: look.tone },
    { text: ` (${passed} of ${gates.results.length} hold)`, tone: 'quiet' },
  ];
}

const TRUST_WORDS = ['lag p99', 'loop', 'Little', 'recorded', 'noise', 'self-capacity'];

/** The checks side by side, on a second line where one is not enough. */
function trustLines(summary: Summary, columns: number): readonly Line[] {
  const lines: Span[][] = [[{ text: 'trust  ', tone: 'quiet' }]];
  let width = 7;
  trustFacts(summary).forEach((fact, index) => {
    const flag = fact.state === 'broken' ? ' !' : fact.state === 'warning' ? ' ?' : '';
    const text = `${TRUST_WORDS[index] ?? fact.name} ${fact.value}${flag}`;
    const gap = width > 7 ? ' · ' : '';
    if (width > 7 && width + gap.length + displayWidth(text) > columns) {
      lines.push([{ text: '       ' }]);
      width = 7;
    }
    const tone: Tone | undefined = fact.state === 'broken' ? 'bad' : fact.state === 'warning' ? 'unsure' : undefined;
    lines.at(-1)?.push({ text: width > 7 ? gap : '' }, tone === undefined ? { text } : { text, tone });
    width += displayWidth(text) + (width > 7 ? gap.length : 0);
  });
  return lines;
}

function reasonLines(summary: Summary, columns: number): readonly Line[] {
  const { reasons } = summary.validity;
  const shown = [...reasons]
    .sort((a, b) => Number(b.severity === 'invalid') - Number(a.severity === 'invalid'))
    .slice(0, MOST_REASONS);
  return [
    ...shown.flatMap((reason): readonly Line[] => {
      const bad = reason.severity === 'invalid';
      const what = wrapped(`${reason.code}: ${plainText(reason.what)}`, columns - 4);
      return [
        ...what.map((text, index): Line => [
          { text: index > 0 ? '    ' : bad ? '  ! ' : '  ? ', tone: bad ? 'bad' : 'unsure' },
          { text },
        ]),
        ...wrapped(plainText(reason.remedy), columns - 4).map((text): Line => [{ text: `    ${text}`, tone: 'quiet' }]),
      ];
    }),
    ...(reasons.length > shown.length
      ? [[{ text: `  and ${reasons.length - shown.length} more in the report`, tone: 'quiet' as const }]]
      : []),
  ];
}

/** The table of phases, and under it what its short headings mean. */
function phaseLines(phases: readonly PhaseSummary[], searches: number, columns: number): readonly Line[] {
  if (phases.length === 0) return searches > 0 ? [] : [[{ text: 'No phase was run.' }]];
  const apart: readonly Line[] = searches > 0 ? [[]] : [];
  return [
    ...apart,
    ...phaseTable(phases, columns).map(({ text, heading }): Line => [heading ? { text, tone: 'quiet' } : { text }]),
    ...wrapped('Times count from the intended start; svc: service view, from the send.', columns).map((text): Line => [
      { text, tone: 'quiet' },
    ]),
  ];
}

/**
 * A capacity search: the number, the sentence that says how sure it is, and what became of goodput as the rate grew.
 */
function searchLines(search: CapacitySummary, columns: number): readonly Line[] {
  const name = `${fitWidth(plainText(search.phase), 30)}: `;
  const value = loadLineValue(search);
  const indent = displayWidth(name);
  const [first = '', ...rest] = wrapped(
    `${value === null ? '' : `${value}. `}${loadLineSentence(search)}`,
    columns - indent,
  );
  const bad = search.ended !== 'found' && search.ended !== 'high-passed';
  const span = (text: string): Span => (bad ? { text, tone: 'unsure' } : { text });
  const beneath = (told: Span): Line => [{ text: ' '.repeat(indent) }, told];
  // That a short search tells no knee is no news on a screen.
  const curve = [
    ...(search.knee.kind === 'none' && search.knee.reason === 'too-few-rates' ? [] : [kneeSentence(search)]),
    goodputSentence(search) ?? '',
  ];
  return [
    [{ text: name, tone: 'strong' }, span(first)],
    ...rest.map((text) => beneath(span(text))),
    ...curve
      .filter((text) => text !== '')
      .flatMap((text) => wrapped(text, columns - indent).map((line) => beneath({ text: line, tone: 'quiet' }))),
  ];
}

/** The law of scaling, where there is one. */
function scalingLines({ scaling }: Summary, columns: number): readonly Line[] {
  return scaling?.kind === 'fitted'
    ? wrapped(`scaling of closed loops: ${scalingSentence(scaling)}`, columns).map((text): Line => [{ text }])
    : [];
}

/** That a phase was not steady, or not from the start, where it was meant to be. */
function unsteadyLines(phase: PhaseSummary, columns: number): readonly Line[] {
  const told = wasUnsteady(phase) ? steadySentence(phase) : null;
  return told === null
    ? []
    : wrapped(`${phaseName(phase, 30)}: ${told}`, columns).map((text): Line => [{ text, tone: 'unsure' }]);
}

/** Which queue grew first, where one did. */
function grownLines(told: Attribution, columns: number): readonly Line[] {
  if (told.firstGrowing === 'none' || told.firstGrowing === 'unknown' || told.firstGrowing === 'unanswered') return [];
  return wrapped(`${fitWidth(plainText(told.phase), 30)}: ${attributionSentence(told)}`, columns).map((text): Line => [
    { text, tone: 'unsure' },
  ]);
}

/** What a soak says of memory and handles, in a sentence. */
function growthLines(growth: GrowthSummary, columns: number): readonly Line[] {
  const { sign, tone } = GROWTH_VERDICT[growth.verdict];
  return wrapped(`${growth.phase}: ${growthSentence(growth)}`, columns - 2).map((text, index): Line =>
    index === 0 ? [{ text: `${sign} `, tone }, { text }] : [{ text: `  ${text}` }],
  );
}

function recoveryLines(recovery: RecoverySummary, { phases }: Summary, columns: number): readonly Line[] {
  const words = recoveryWords(recovery);
  const name = fitWidth(`${faultInPhase(recovery, phases)}: `, columns);
  const back =
    recovery.timeToRecover.kind === 'not-breached'
      ? words.recover.label
      : recovery.timeToRecover.kind === 'unknown'
        ? `not told: ${words.sentence}`
        : `${words.recover.value} ${words.recover.label}, detected ${words.detect}`;
  const [first = '', ...rest] = wrapped(
    `${back}${recovery.dip === null ? '' : `, ${amount(recovery.dip.lostGoodCalls)} good calls lost`}${recovery.afterFault.metastability.verdict === 'metastable' ? ', metastable' : ''}`,
    columns - Math.min(displayWidth(name), 30),
  );
  const bad = recovery.timeToRecover.kind === 'censored';
  const span = (text: string): Span => (bad ? { text, tone: 'bad' } : { text });
  if (displayWidth(name) > 30)
    return [[{ text: name, tone: 'strong' }], ...[first, ...rest].map((text): Line => [{ text: '  ' }, span(text)])];
  return [
    [{ text: name, tone: 'strong' }, span(first)],
    ...rest.map((text): Line => [{ text: ' '.repeat(displayWidth(name)) }, span(text)]),
  ];
}

/** What was stated of a phase with faults, and each statement that did not hold. */
function hypothesisLines(found: PhaseHypotheses, phase: string, columns: number): readonly Line[] {
  const broken = found.results.flatMap((result) =>
    (
      [
        ['before', result.before],
        ['after', result.after],
      ] as const
    ).flatMap(([when, judged]) =>
      judged.verdict === 'broken' ? [`${when}: ${plainText(result.text)}, ${judgementText(judged, result)}`] : [],
    ),
  );
  const tone: Tone =
    broken.length > 0
      ? 'bad'
      : found.results.every(({ before, after }) => before.verdict === 'held' && after.verdict === 'held')
        ? 'good'
        : 'unsure';
  const sign = tone === 'bad' ? '✗ ' : tone === 'good' ? '✓ ' : '? ';
  return [
    ...wrapped(`steady state of ${phase}: ${hypothesesSentence(found)}`, columns - 2).map((text, index): Line =>
      index === 0 ? [{ text: sign, tone }, { text }] : [{ text: `  ${text}` }],
    ),
    ...broken
      .flatMap((line) => wrapped(line, columns - 4))
      .map((text): Line => [{ text: `    ${text}`, tone: 'quiet' }]),
  ];
}

const MOST_CHANGES = 6;

/** Each change of the tool list, the first of them. */
function driftLines({ drift }: Summary, columns: number): readonly Line[] {
  if (!driftSaysSomething(drift) || drift.changes.length === 0) return [];
  const lines = drift.changes
    .slice(0, MOST_CHANGES)
    .flatMap((change) =>
      wrapped(
        `${exactMoment(change.answeredNs)} ${change.class}: ${plainText(change.tool, 60)}, ${changeText(change)}`,
        columns - 2,
      ).map((text): Line => [{ text: `  ${text}`, ...(change.class === 'breaking' ? { tone: 'bad' as const } : {}) }]),
    );
  const more = drift.changes.length - MOST_CHANGES;
  return [
    [
      { text: 'contract drift: ', tone: 'strong' },
      { text: `${count(drift.breaking)} breaking, ${count(drift.informational)} informational` },
    ],
    ...lines,
    ...(more > 0 ? [[{ text: `  and ${more} more in the report`, tone: 'quiet' as const }]] : []),
  ];
}

function effectLine(effects: NonNullable<SummaryInput['analysis']['summary']['effects']>): Line {
  const wrong = effects.duplicates + effects.lost + effects.orphans > 0;
  return [
    { text: 'side effects: ', tone: 'strong' },
    {
      text: `${count(effects.duplicates)} duplicates, ${count(effects.lost)} lost, ${count(effects.orphans)} orphans`,
      ...(wrong ? { tone: 'bad' as const } : {}),
    },
    { text: ` of ${count(effects.calls)} calls`, tone: 'quiet' },
  ];
}

function gateLines(result: SummaryInput['gates']['results'][number], columns: number): readonly Line[] {
  const look = GATE_VERDICT[result.verdict];
  const indent = 15;
  const head: Span = { text: `${look.sign} ${look.words.padEnd(indent - 2)}`, tone: look.tone };
  const gate = wrapped(
    `${plainText(result.text, 220)}${result.verdict === 'pass' && result.measured !== null ? `  ${measuredText(result.measured, result.unit, result.gate, result.step)}` : ''}`,
    columns - indent,
  );
  // Why the run is invalid stands above, once.
  const why =
    result.verdict === 'pass' || result.verdict === 'invalid' ? [] : wrapped(plainText(result.why), columns - indent);
  return [
    ...gate.map((text, index): Line => [index === 0 ? head : { text: ' '.repeat(indent) }, { text }]),
    ...why.map((text): Line => [{ text: ' '.repeat(indent) }, { text, tone: 'quiet' }]),
  ];
}
