/** The summary as Markdown (GitHub flavour): for job summaries, merge requests and notes. */
import { traitsOf } from '../catalog/index.js';
import type {
  CapacitySummary,
  SideEffects,
  GrowthSummary,
  PhaseHypotheses,
  PhaseSummary,
  Summary,
} from '../analysis/index.js';
import {
  amount,
  boundsInUnit,
  count,
  duration,
  maybeDuration,
  plural,
  quantile,
  rate,
  percent,
  measuredText,
} from '../format/index.js';
import { attributionSentence } from './attribution.js';
import { cancelSentence, harmfulDuplicates, errorVisibilityText, wastedSentence } from './side-effects.js';
import { changeText, DRIFT_CLASS, driftSaysSomething, driftSentence, driftWindow, shortDigest } from './drift.js';
import { quantileOf } from './quantiles.js';
import { GROWTH_VERDICT, growthValue, QUANTITY_WORDS, slopeText } from './growth.js';
import { headlines, recoveryWords } from './headline.js';
import { HYPOTHESIS_VERDICT, hypothesesSentence, judgementText, steadyStateCell } from './hypotheses.js';
import type { SummaryInput } from './input.js';
import { PROBE_VERDICT, goodputSentence, kneeSentence, slopeWords } from './load-line.js';
import { scalingSentence } from './scaling.js';
import { steadySentence, wasUnsteady } from './steadiness.js';
import { escapeMarkdown, plainText } from './text.js';
import { trustFacts } from './trust.js';
import { faultName, GATE_VERDICT, namedPhase, phaseKind, phaseName } from './words.js';

const STATE_SIGN = { ok: '✓ ok', warning: '? warning', broken: '! broken', unknown: '– not told' } as const;

/** `summary.md`. */
export function markdownSummary({ analysis: { summary }, gates }: SummaryInput): string {
  const { validity } = summary;
  const sections = [
    `# ${told(summary.name)}`,
    [
      `**${validity.verdict === 'valid' ? '✓ Run valid' : '! Run invalid'}**, ${gatesSay(gates)}.`,
      ...(validity.verdict === 'invalid'
        ? ['The numbers below are shown so that the reason can be found, and are not to be relied upon.']
        : []),
    ].join(' '),
    `${told(summary.startedUtc)}, took ${duration(summary.durationNs)}, ${count(summary.samples.logicalCalls)} ${plural(summary.samples.logicalCalls, 'call')}, status ${summary.status}. Run ${told(summary.runId)}, scenario digest ${told(summary.scenarioDigest.slice(0, 16))}.`,
    ...(gates.results.length === 0
      ? []
      : [
          table(
            ['Gate', '-Measured', '-Bound', 'Verdict', 'Why'],
            gates.results.map((result) => {
              const look = GATE_VERDICT[result.verdict];
              return [
                told(result.text),
                result.measured === null
                  ? 'nothing'
                  : measuredText(result.measured, result.unit, result.gate, result.step),
                told(boundsInUnit(result.gate, result.unit)),
                `${look.sign} ${look.words}`,
                told(result.why),
              ];
            }),
          ),
        ]),
    '## Can I trust this run?',
    table(
      ['Check', '-Seen', 'State'],
      trustFacts(summary).map((fact) => [fact.name, told(fact.value), STATE_SIGN[fact.state]]),
    ),
    ...(validity.reasons.length === 0
      ? []
      : [
          validity.reasons
            .map(
              (reason) =>
                `- **${reason.severity}** ${told(reason.code)}${reason.phase === null ? '' : ` in ${told(namedPhase(summary.phases, reason.phase))}`}: ${told(reason.what)}; *do*: ${told(reason.remedy)}`,
            )
            .join('\n'),
        ]),
    '## Phases',
    table(
      [
        'Phase',
        'Kind',
        '-Offered',
        '-Goodput',
        '-p50',
        '-p50, service view',
        '-p99',
        '-p99, service view',
        '-Longest',
        '-Longest, service view',
        '-Missed',
      ],
      summary.phases.filter(({ regime }) => !traitsOf(regime).searches).map(phaseRow),
    ),
    headlines(summary)
      .map((card) => `- **${told(card.title)}** (${told(card.kicker)}): ${told(card.sentence)}`)
      .join('\n'),
    ...unsteady(summary.phases),
    ...grew(summary.attributions),
    ...(summary.scaling === null || summary.scaling.points.length < 2
      ? []
      : ['## Scaling', told(scalingSentence(summary.scaling))]),
    ...summary.capacities.flatMap(search),
    ...tools(summary.phases),
    ...summary.growth.flatMap((found) => growth({ ...found, phase: namedPhase(summary.phases, found.phase) })),
    ...(summary.recoveries.length === 0
      ? []
      : [
          '## Faults',
          table(
            [
              'Fault',
              'Phase',
              '-Detected',
              '-Recovered',
              '-Drained',
              '-Good calls lost',
              ...(summary.hypotheses.length === 0 ? [] : ['Steady state']),
            ],
            summary.recoveries.map((recovery) => {
              const words = recoveryWords(recovery);
              return [
                told(faultName(recovery)),
                told(namedPhase(summary.phases, recovery.phase)),
                words.detect,
                words.recover.value,
                words.drain,
                recovery.dip === null ? 'not told' : amount(recovery.dip.lostGoodCalls),
                ...(summary.hypotheses.length === 0 ? [] : [steadyState(summary, recovery.phase)]),
              ];
            }),
          ),
        ]),
    ...summary.hypotheses.flatMap((found) => hypotheses(found, namedPhase(summary.phases, found.phase))),
    ...drifted(summary),
    ...(summary.effects === null
      ? []
      : [
          `Side effects: ${count(summary.effects.calls)} calls, ${count(summary.effects.exactlyOnce)} exactly once, ${count(summary.effects.duplicates)} duplicates, ${count(summary.effects.lost)} lost, ${count(summary.effects.orphans)} orphans.`,
        ]),
    ...sideEffectLines(summary.sideEffects),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

const told = (text: string): string => escapeMarkdown(plainText(text, 400));

function gatesSay(gates: SummaryInput['gates']): string {
  if (gates.results.length === 0) return 'no gates set';
  const passed = gates.results.filter((result) => result.verdict === 'pass').length;
  return `gates **${GATE_VERDICT[gates.verdict].sign} ${GATE_VERDICT[gates.verdict].words}** (${passed} of ${gates.results.length} hold)`;
}

function phaseRow(phase: PhaseSummary): readonly string[] {
  const p = (q: number): string => quantile(quantileOf(phase.responseTime.ok, q));
  const s = (q: number): string => quantile(quantileOf(phase.latencyFromSend.ok, q));
  const start = [told(phase.name), phaseKind(phase)];
  if (phase.offered === 0) return [...start, 'none', '–', '–', '–', '–', '–', '–', '–', '–'];
  return [
    ...start,
    rate(phase.offeredPerSecond),
    rate(phase.goodputPerSecond),
    p(0.5),
    s(0.5),
    p(0.99),
    s(0.99),
    maybeDuration(phase.responseTime.ok.maxNs, '–'),
    maybeDuration(phase.latencyFromSend.ok.maxNs, '–'),
    phase.missRatio === null ? '–' : percent(phase.missRatio),
  ];
}

function unsteady(phases: readonly PhaseSummary[]): readonly string[] {
  const lines = phases
    .filter(wasUnsteady)
    .map((phase) => `- **${told(phaseName(phase))}**: ${told(steadySentence(phase) ?? '')}`);
  return lines.length === 0 ? [] : ['## Not steady', lines.join('\n')];
}

function grew(attributions: Summary['attributions']): readonly string[] {
  if (attributions.length === 0) return [];
  return [
    '## Which queue grew first',
    attributions.map((one) => `- **${told(one.phase)}**: ${told(attributionSentence(one))}`).join('\n'),
  ];
}

/** Only what went wrong unseen: harm done twice, faults that nobody was told of, sessions and work lost. */
function sideEffectLines(found: SideEffects): readonly string[] {
  const harmful = harmfulDuplicates(found);
  const { classes } = found.errorVisibility;
  const wasted = found.wastedWork.from !== 'unknown' && found.wastedWork.wasted > 0;
  const cancelled = cancelSentence(found.cancelPropagation);
  const lines = [
    ...(harmful === 0
      ? []
      : [`- ${count(harmful)} ${plural(harmful, 'duplicate')} of tools for which each execution counts.`]),
    ...classes
      .filter(({ note, affected }) => note === null && affected > 0)
      .map(
        (each) =>
          `- ${each.type}: ${count(each.affected)} ${plural(each.affected, 'call')} struck, ${count(each.reported)} reported, ${count(each.unanswered)} unanswered, ${count(each.silent)} silent; P(reported) ${told(errorVisibilityText(each))}.`,
      ),
    ...found.sessions.map(
      (each) =>
        `- Sessions over ${each.type} (${told(each.fault)}): ${count(each.before)} before, ${count(each.transparent)} untouched, ${count(each.reinitialised)} opened anew, ${count(each.lost)} lost.`,
    ),
    ...(wasted ? [`- ${told(wastedSentence(found.wastedWork))}`] : []),
    ...(cancelled === null ? [] : [`- ${told(cancelled)}`]),
  ];
  return lines.length === 0 ? [] : ['## Consequences', lines.join('\n')];
}

function search(found: CapacitySummary): readonly string[] {
  if (found.probes.length === 0) return [];
  const rows = found.probes.map((probe) => {
    const { evidence, purpose, ratePerSecond, verdict, why } = probe;
    const { value, interval } = slopeWords(probe);
    const look = PROBE_VERDICT[verdict];
    return [
      `${probe.probe + 1}, ${purpose}`,
      rate(ratePerSecond),
      rate(evidence.offeredPerSecond),
      rate(evidence.goodputPerSecond),
      interval === null ? value : `${value} (${interval})`,
      `${look.sign} ${look.words}`,
      told(why.join('; ')),
    ];
  });
  return [
    `## Capacity search: ${told(found.phase)}`,
    told(kneeSentence(found)),
    told(goodputSentence(found) ?? ''),
    table(['Probe', '-Rate', '-Offered', '-Goodput', '-Queue age slope', 'Verdict', 'Why'], rows),
  ];
}

function steadyState({ hypotheses: all }: Summary, phase: string): string {
  const cell = steadyStateCell(all, phase);
  return cell === null ? 'not stated' : `${cell.first}, ${cell.second}`;
}

function hypotheses(found: PhaseHypotheses, phase: string): readonly string[] {
  const rows = found.results.map((result) => [
    told(result.text),
    ...[result.before, result.after].map(
      (judged) =>
        `${HYPOTHESIS_VERDICT[judged.verdict].sign} ${HYPOTHESIS_VERDICT[judged.verdict].words}: ${told(judgementText(judged, result))}`,
    ),
  ]);
  return [
    `## Steady state around the faults of ${told(phase)}`,
    hypothesesSentence(found),
    table(['Hypothesis', 'Before', 'After'], rows),
  ];
}

function drifted({ drift }: Summary): readonly string[] {
  if (!driftSaysSomething(drift)) return [];
  const rows = drift.changes.map((change) => [
    told(change.tool),
    change.kind,
    `${DRIFT_CLASS[change.class].sign} ${DRIFT_CLASS[change.class].words}`,
    driftWindow(change),
    told(changeText(change)),
    `${shortDigest(change.before)} to ${shortDigest(change.after)}`,
  ]);
  return [
    '## Contract drift',
    driftSentence(drift),
    ...(rows.length === 0 ? [] : [table(['Tool', 'Change', 'Class', '-When', 'What', 'Digest'], rows)]),
  ];
}

function growth(found: GrowthSummary): readonly string[] {
  const rows = found.processes.flatMap(({ process, trends }) =>
    trends
      .filter(({ verdict }) => verdict !== 'unknown')
      .map((trend) => {
        const look = GROWTH_VERDICT[trend.verdict];
        const held = (value: number | null): string => (value === null ? '–' : growthValue(trend.quantity, value));
        return [
          told(process),
          QUANTITY_WORDS[trend.quantity],
          held(trend.first),
          held(trend.last),
          told(slopeText(trend)),
          `${look.sign} ${look.words}`,
        ];
      }),
  );
  return rows.length === 0
    ? []
    : [
        `## Growth during ${told(found.phase)}`,
        table(['Process', 'What', '-At first', '-At last', '-Slope (95 % interval)', 'Verdict'], rows),
      ];
}

function tools(phases: readonly PhaseSummary[]): readonly string[] {
  const rows = phases.flatMap((phase) =>
    phase.tools
      .filter((tool) => tool.offered > 0)
      .map((tool) => [
        told(phaseName(phase)),
        told(tool.label),
        count(tool.offered),
        count(tool.good),
        ...[0.5, 0.99].flatMap((q) => [
          quantile(quantileOf(tool.responseTime.ok, q)),
          quantile(quantileOf(tool.latencyFromSend.ok, q)),
        ]),
        tool.missRatio === null ? '–' : percent(tool.missRatio),
      ]),
  );
  return rows.length === 0
    ? []
    : [
        '## Tools',
        table(
          ['Phase', 'Calls', '-n', '-Good', '-p50', '-p50, service view', '-p99', '-p99, service view', '-Missed'],
          rows,
        ),
      ];
}

/** A table; a heading that starts with a hyphen is set to the right. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(headings.map((heading) => heading.replace(/^-/, ''))),
    line(headings.map((heading) => (heading.startsWith('-') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
