/**
 * Side effects and waste: executions counted by the upstream, error visibility, sessions, resources and work that no
 * caller waited for. One table per subject, each only where it has something to show.
 */
import type {
  AnnotationClass,
  EffectCounts,
  ErrorVisibilityClass,
  Share,
  SideEffects,
  Summary,
} from '../../analysis/index.js';
import { count, counted, duration, percent, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { namedPhase, OUTCOME_ORDER, OUTCOME_WORDS } from '../words.js';
import {
  lines,
  none,
  numberColumns,
  tableOf,
  text,
  wordColumns,
  type Block,
  type Cell,
  type Row,
  type Table,
  type Topic,
} from './topic.js';
import {
  cancelSentence,
  cutSentence,
  effectsSentence,
  harmfulDuplicates,
  hasWaste,
  sideEffectsHeadline,
  wastedSentence,
  wasteSentences,
} from './side-effects-words.js';
import { growthCell, QUANTITY_WORDS } from './trend.js';

const ANNOTATION_WORDS: Readonly<Record<AnnotationClass, string>> = {
  destructive: 'destructive',
  additive: 'additive, not idempotent',
  'not-reported': 'not annotated',
  idempotent: 'idempotent',
  'read-only': 'read-only',
};

/** `87.5 % (71 % to 96.5 %)`. */
const shareInterval = ({ value, low, high }: Share): string =>
  `${percent(value)} (${percent(low)} to ${percent(high)})`;

/** What callers could see of faults of one class. */
function visibilityWords({ reportedShare, note, affected }: ErrorVisibilityClass): string {
  if (note !== null) return note;
  if (reportedShare !== null) return shareInterval(reportedShare);
  return affected === 0 ? 'n/a (no call affected)' : UNKNOWN;
}

const EFFECT_COLUMNS = numberColumns(
  ...['n', 'Executed once and acknowledged', 'Duplicates', 'Lost', 'Orphans', 'Failed, not executed'],
);

/** The cells after the first add up to it, with the duplicates as calls. */
function effectCells(each: EffectCounts): readonly Cell[] {
  const { calls, exactlyOnce, duplicates, lost, orphans, failedNotExecuted } = each;
  const repeated = calls - exactlyOnce - lost - orphans - failedNotExecuted;
  return [
    count(calls),
    count(exactlyOnce),
    repeated === duplicates
      ? count(duplicates)
      : { text: count(duplicates), below: counted(repeated, 'acknowledged call') },
    ...[lost, orphans, failedNotExecuted].map(count),
  ];
}

function effectTable({ effects, phases }: Summary): readonly Table[] {
  if (effects === null) return [];
  const unattributed = counted(effects.unattributed, 'execution');
  return tableOf({
    caption: 'Calls that should take effect exactly once, warm-up included',
    notes: [
      'Executions counted by the upstream, compared with what callers saw. Duplicate: an execution after ' +
        'the first. Lost: acknowledged but never executed. Orphan: executed although the caller saw a failure.',
    ],
    columns: [...wordColumns('Calls'), ...EFFECT_COLUMNS],
    rows: [
      { cells: ['all', ...effectCells(effects)], total: true },
      ...effects.slices.map((slice) => ({
        cells: [{ text: plainText(slice.label), below: namedPhase(phases, slice.phase) }, ...effectCells(slice)],
      })),
    ],
    below:
      effects.unattributed === 0
        ? null
        : `${unattributed} belonged to no call of this run, such as those of the preflight.`,
  });
}

const annotationTable = ({ effectsByAnnotation: { classes } }: SideEffects): readonly Table[] =>
  tableOf({
    caption: 'Side effects by tool annotation',
    notes: ['A second execution does no harm where a tool is read-only or idempotent.'],
    columns: [...wordColumns('Tools'), ...EFFECT_COLUMNS],
    rows: classes.map((each) => ({
      cells: [
        { text: ANNOTATION_WORDS[each.annotation], below: each.tools.map((tool) => plainText(tool, 60)).join(', ') },
        ...effectCells(each),
      ],
    })),
  });

/** Injected failures against what callers saw of them. */
function visibilityTable({ errorVisibility: { classes } }: SideEffects): readonly Table[] {
  const seen = OUTCOME_ORDER.filter((outcome) =>
    classes.some(({ outcomes }) => outcomes.some((each) => each.outcome === outcome)),
  );
  return tableOf({
    caption: 'Error visibility: injected faults against what callers saw',
    notes: [
      'Reported: the stack returned an error. Silent: it answered as if nothing were wrong. The interval is of 95 %.',
    ],
    columns: [
      ...wordColumns('Injected'),
      ...numberColumns('Affected calls'),
      ...seen.map((outcome) => ({ name: OUTCOME_WORDS[outcome], pageOnly: true })),
      ...numberColumns('Reported', 'Unanswered', 'Silent'),
      { name: 'Error visibility', below: 'share reported', kind: 'text' },
    ],
    rows: classes.map((each): Row => {
      const basis = each.attributedBy === 'fault-hits' ? 'by server-side counters' : 'sent while the process was down';
      const affected = count(each.affected);
      return {
        cells: [
          { text: each.type, below: basis },
          each.notSeen === 0 ? affected : { text: affected, below: `${count(each.notSeen)} unknown` },
          ...seen.map((outcome): Cell => {
            const found = each.outcomes.find((one) => one.outcome === outcome);
            return found === undefined ? none() : count(found.count);
          }),
          ...[each.reported, each.unanswered, each.silent].map(count),
          visibilityWords(each),
        ],
      };
    }),
  });
}

function unattributed({ errorVisibility: { notAttributable } }: SideEffects): readonly Block[] {
  const faults = notAttributable.map(
    (each) => `${each.type} (${plainText(each.fault, 60)}): ${plainText(each.reason)}`,
  );
  return faults.length === 0 ? [] : [text(`Error visibility unknown: ${faults.join('; ')}.`)];
}

const sessionTable = ({ sessions }: SideEffects, phases: Summary['phases']): readonly Table[] =>
  tableOf({
    caption: 'Sessions across faults that can end them',
    notes: ['Kept: never lost, and answered after the fault. Shares leave out sessions without a call after it.'],
    columns: [
      ...wordColumns('Fault'),
      ...numberColumns('Before', 'Kept', 'Opened again', 'Lost', 'No call', 'Survived'),
      { name: 'State preserved', kind: 'text', pageOnly: true },
    ],
    rows: sessions.map((each) => {
      const observed = `observed for ${duration(each.untilNs - each.fromNs)}`;
      const { transparentShare, survivedShare, statePreserved } = each;
      return {
        cells: [
          { text: each.type, below: `${plainText(each.fault)}, in ${namedPhase(phases, each.phase)}, ${observed}` },
          count(each.before),
          transparentShare === null
            ? count(each.transparent)
            : { text: count(each.transparent), below: percent(transparentShare) },
          ...[each.reinitialised, each.lost, each.unused].map(count),
          survivedShare === null ? none() : percent(survivedShare),
          statePreserved === null ? none(plainText(each.stateReason ?? UNKNOWN, 160)) : count(statePreserved),
        ],
      };
    }),
  });

/** Only resources that rose during a fault. */
function resourceTable({ resources }: SideEffects, phases: Summary['phases']): readonly Block[] {
  const risen = resources.flatMap((each) =>
    each.traces.flatMap((trace) => (trace.recovered === null ? [] : [{ each, trace, share: trace.recovered }])),
  );
  const reasons = resources.flatMap(({ reason, traces }) => [
    ...traces.filter(({ recovered }) => recovered === null).map((trace) => trace.reason ?? UNKNOWN),
    ...(reason === null ? [] : [reason]),
  ]);
  const byReason = new Map<string, number>();
  for (const reason of reasons) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const below =
    byReason.size === 0
      ? null
      : `Not judged: ${[...byReason].map(([reason, times]) => `${count(times)} × ${plainText(reason)}`).join('; ')}.`;
  if (risen.length === 0) return below === null ? [] : [text(`Resources released after a fault. ${below}`)];
  return tableOf({
    caption: 'Resources released after a fault',
    notes: ['(peak − after) / (peak − before), a hold time after the fault was removed: 100 % is all of it.'],
    style: 'dense',
    columns: [...wordColumns('Fault', 'Process', 'Resource'), ...numberColumns('Before', 'Peak', 'After', 'Released')],
    rows: risen.map(({ each, trace, share }) => {
      const held = `hold time ${duration(each.holdNs)}`;
      return {
        cells: [
          { text: each.type, below: `${plainText(each.fault)}, in ${namedPhase(phases, each.phase)}, ${held}` },
          { text: plainText(trace.process), below: `pid ${trace.pid}` },
          QUANTITY_WORDS[trace.quantity],
          ...[trace.before, trace.peak, trace.after].map((value) => growthCell(trace, value)),
          percent(share),
        ],
      };
    }),
    below,
  });
}

const workTable = ({ work }: SideEffects): readonly Table[] =>
  tableOf({
    caption: 'Work of the upstreams, by server-side counters',
    columns: [
      ...wordColumns('Service'),
      { name: 'Executed' },
      { name: 'Wasted', below: 'given up before it ended' },
      { name: 'Service time' },
      { name: 'Wasted service time', below: 'given up before it ended' },
      ...numberColumns('Dropped: expired', 'Dropped: cancelled', 'Unfinished'),
    ],
    rows: work.map((each) => {
      const processes = counted(each.incarnations, 'process', 'processes');
      const below = each.complete ? processes : `${processes}, not all reported: lower bounds`;
      return {
        cells: [
          { text: plainText(each.service), below },
          ...[each.served, each.wasted].map(count),
          ...[each.servedServiceNs, each.wastedServiceNs].map((ns) => duration(ns)),
          ...[each.expired, each.cancelled, each.unfinished].map(count),
        ],
      };
    }),
  });

export const sideEffects = {
  id: 'side-effects',
  title: 'Side effects and waste',
  label: 'Side effects',
  place: 'results',
  lead: () => 'What faults and overload did besides slow and failed calls.',
  headline: ({ analysis }) => sideEffectsHeadline(analysis.summary),
  applies: ({ analysis }) => analysis.summary.effects !== null || hasWaste(analysis.summary),
  page: ({ analysis: { summary } }) => {
    const found = summary.sideEffects;
    const waste = [wastedSentence(found.wastedWork), ...cancelSentence(found.cancelPropagation), ...cutSentence(found)];
    return [
      ...effectTable(summary),
      ...(hasWaste(summary)
        ? [
            ...annotationTable(found),
            ...visibilityTable(found),
            ...unattributed(found),
            ...sessionTable(found, summary.phases),
            ...resourceTable(found, summary.phases),
            text(waste.join(' ')),
            ...workTable(found),
          ]
        : []),
    ];
  },
  markdown: ({ analysis: { summary } }) => {
    const found = summary.sideEffects;
    const harmful = harmfulDuplicates(found);
    const affected = found.errorVisibility.classes.filter(({ note, affected: calls }) => note === null && calls > 0);
    const sentences = [
      ...effectsSentence(summary),
      ...(harmful === 0 ? [] : [`${counted(harmful, 'duplicate')} of tools for which each execution counts.`]),
      ...affected.map(
        (each) =>
          `${each.type}: ${counted(each.affected, 'affected call')}, ${count(each.reported)} reported, ` +
          `${count(each.unanswered)} unanswered, ${count(each.silent)} silent; error visibility ` +
          `${visibilityWords(each)}.`,
      ),
      ...found.sessions.map(
        (each) =>
          `Sessions across ${each.type} (${plainText(each.fault)}): ${count(each.before)} before, ` +
          `${count(each.transparent)} kept, ${count(each.reinitialised)} opened again, ${count(each.lost)} lost.`,
      ),
      ...wasteSentences(found),
    ];
    return sentences.length === 0
      ? []
      : [{ kind: 'list', items: sentences.map((sentence) => ({ name: null, text: sentence })) }];
  },
  terminal: ({ analysis: { summary } }, columns) => {
    const { effects } = summary;
    const wrong = effects !== null && effects.duplicates + effects.lost + effects.orphans > 0;
    return [
      ...effectsSentence(summary).flatMap((sentence) =>
        lines([{ text: 'side effects: ', tone: 'strong' }], sentence, columns, wrong ? 'bad' : undefined),
      ),
      ...wasteSentences(summary.sideEffects).flatMap((sentence) => lines([], sentence, columns)),
    ];
  },
} as const satisfies Topic;
