/**
 * Side effects and waste: executions counted by the upstream, error visibility, sessions, resources and work that no
 * caller waited for. One table per subject, each only where it has something to show.
 */
import type {
  AnnotationClass,
  CancelPropagation,
  EffectCounts,
  ErrorVisibilityClass,
  ResourceTrace,
  Share,
  SideEffects,
  Summary,
  WastedWork,
} from '../../analysis/index.js';
import { count, counted, duration, percent, plural, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { namedPhase, OUTCOME_ORDER, OUTCOME_WORDS } from '../words.js';
import { lines, none, text, type Block, type Cell, type Row, type Table, type Topic } from './topic.js';
import { growthValue, QUANTITY_WORDS } from './trend.js';

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

/** Duplicates of tools for which each execution counts. */
function harmfulDuplicates({ effectsByAnnotation: { classes } }: SideEffects): number {
  return classes
    .filter(({ annotation }) => annotation !== 'read-only' && annotation !== 'idempotent')
    .reduce((sum, { duplicates }) => sum + duplicates, 0);
}

function wastedSentence(work: WastedWork): string {
  if (work.from === 'unknown') return `Wasted work unknown: ${work.reason}.`;
  if (work.executions === 0) return 'The upstream executed nothing.';
  const time = work.serviceShare === null ? '' : `, ${percent(work.serviceShare)} of the service time`;
  const late =
    work.from === 'counters' && work.late > 0
      ? `; ${count(work.late)} of these ${plural(work.late, 'was', 'were')} answered too late`
      : '';
  const basis = work.from === 'stamps' ? ', from the timing of late answers alone' : '';
  return (
    `Wasted work (executed after the caller gave up): ` +
    `${work.lowerBound ? 'at least ' : ''}${count(work.wasted)} of ` +
    `${counted(work.executions, 'execution')}${time}${late}${basis}.`
  );
}

/** Null where no attempt was given up. */
function cancelSentence({ givenUp, cancelled, arrived, stopped }: CancelPropagation): string | null {
  if (givenUp === 0) return null;
  const upstream =
    stopped === null
      ? 'unknown how the upstream reacted'
      : `${count(arrived ?? 0)} reached the upstream while the call was running, and ` +
        `${counted(stopped, 'call')} stopped unserved`;
  return (
    `${counted(givenUp, 'attempt')} given up, ${count(cancelled)} of them cancelled explicitly ` +
    `(notifications/cancelled); ${upstream}.`
  );
}

/** What callers could see of faults of one class. */
function visibilityWords({ reportedShare, note, affected }: ErrorVisibilityClass): string {
  if (note !== null) return note;
  if (reportedShare !== null) return shareInterval(reportedShare);
  return affected === 0 ? 'n/a (no call affected)' : UNKNOWN;
}

const EFFECT_COLUMNS = ['n', 'Exactly once', 'Duplicates', 'Lost', 'Orphans'].map((name) => ({ name }));

const effectCells = (each: EffectCounts): readonly string[] =>
  [each.calls, each.exactlyOnce, each.duplicates, each.lost, each.orphans].map(count);

function effectTable({ effects, phases }: Summary): readonly Table[] {
  if (effects === null) return [];
  return [
    {
      kind: 'table',
      caption: 'Calls that should take effect exactly once, warm-up included',
      notes: [
        'Executions counted by the upstream, compared with what callers saw. Duplicate: executed more than ' +
          'once. Lost: acknowledged but never executed. Orphan: executed although the caller saw a failure.',
      ],
      columns: [{ name: 'Calls', kind: 'word' }, ...EFFECT_COLUMNS],
      rows: [
        { cells: ['all', ...effectCells(effects)], total: true },
        ...effects.slices.map((slice) => ({
          cells: [{ text: plainText(slice.label), below: namedPhase(phases, slice.phase) }, ...effectCells(slice)],
        })),
      ],
      below:
        effects.unattributed === 0
          ? null
          : `${counted(effects.unattributed, 'execution')} belonged to no call of this run, such as those ` +
            `of the preflight.`,
    },
  ];
}

function annotationTable({ effectsByAnnotation: { classes } }: SideEffects): readonly Table[] {
  if (classes.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'Side effects by tool annotation',
      notes: ['A second execution does no harm where a tool is read-only or idempotent.'],
      columns: [{ name: 'Tools', kind: 'word' }, ...EFFECT_COLUMNS],
      rows: classes.map((each) => ({
        cells: [
          { text: ANNOTATION_WORDS[each.annotation], below: each.tools.map((tool) => plainText(tool, 60)).join(', ') },
          ...effectCells(each),
        ],
      })),
    },
  ];
}

/** Injected failures against what callers saw of them. */
function visibilityTable({ errorVisibility: { classes } }: SideEffects): readonly Table[] {
  if (classes.length === 0) return [];
  const seen = OUTCOME_ORDER.filter((outcome) =>
    classes.some(({ outcomes }) => outcomes.some((each) => each.outcome === outcome)),
  );
  return [
    {
      kind: 'table',
      caption: 'Error visibility: injected faults against what callers saw',
      notes: [
        'Reported: the stack returned an error. Silent: it answered as if nothing were wrong. The interval is of 95 %.',
      ],
      columns: [
        { name: 'Injected', kind: 'word' },
        { name: 'Affected calls' },
        ...seen.map((outcome) => ({ name: OUTCOME_WORDS[outcome], pageOnly: true })),
        { name: 'Reported' },
        { name: 'Unanswered' },
        { name: 'Silent' },
        { name: 'Error visibility', below: 'share reported', kind: 'text' },
      ],
      rows: classes.map((each): Row => ({
        cells: [
          {
            text: each.type,
            below: each.attributedBy === 'fault-hits' ? 'by server-side counters' : 'sent while the process was down',
          },
          each.notSeen === 0
            ? count(each.affected)
            : { text: count(each.affected), below: `${count(each.notSeen)} unknown` },
          ...seen.map((outcome): Cell => {
            const found = each.outcomes.find((one) => one.outcome === outcome);
            return found === undefined ? none() : count(found.count);
          }),
          count(each.reported),
          count(each.unanswered),
          count(each.silent),
          visibilityWords(each),
        ],
      })),
    },
  ];
}

function unattributed({ errorVisibility: { notAttributable } }: SideEffects): readonly Block[] {
  if (notAttributable.length === 0) return [];
  const faults = notAttributable.map(
    ({ fault, type, reason }) => `${type} (${plainText(fault, 60)}): ${plainText(reason)}`,
  );
  return [text(`Error visibility unknown: ${faults.join('; ')}.`)];
}

function sessionTable({ sessions }: SideEffects, phases: Summary['phases']): readonly Table[] {
  if (sessions.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'Sessions across faults that can end them',
      notes: ['Kept: never lost, and answered after the fault. Shares leave out sessions without a call after it.'],
      columns: [
        { name: 'Fault', kind: 'word' },
        { name: 'Before' },
        { name: 'Kept' },
        { name: 'Opened again' },
        { name: 'Lost' },
        { name: 'No call' },
        { name: 'Survived' },
        { name: 'State preserved', kind: 'text', pageOnly: true },
      ],
      rows: sessions.map((each) => ({
        cells: [
          {
            text: each.type,
            below:
              `${plainText(each.fault)}, in ${namedPhase(phases, each.phase)}, observed for ` +
              `${duration(each.untilNs - each.fromNs)}`,
          },
          count(each.before),
          each.transparentShare === null
            ? count(each.transparent)
            : { text: count(each.transparent), below: percent(each.transparentShare) },
          count(each.reinitialised),
          count(each.lost),
          count(each.unused),
          each.survivedShare === null ? none() : percent(each.survivedShare),
          each.statePreserved === null ? none(plainText(each.stateReason ?? UNKNOWN, 160)) : count(each.statePreserved),
        ],
      })),
    },
  ];
}

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
  const held = ({ quantity }: ResourceTrace, value: number | null): Cell =>
    value === null ? none() : growthValue(quantity, value);
  if (risen.length === 0) return below === null ? [] : [text(`Resources released after a fault. ${below}`)];
  return [
    {
      kind: 'table',
      caption: 'Resources released after a fault',
      notes: ['(peak − after) / (peak − before), a hold time after the fault was removed: 100 % is all of it.'],
      style: 'dense',
      columns: [
        { name: 'Fault', kind: 'word' },
        { name: 'Process', kind: 'word' },
        { name: 'Resource', kind: 'word' },
        { name: 'Before' },
        { name: 'Peak' },
        { name: 'After' },
        { name: 'Released' },
      ],
      rows: risen.map(({ each, trace, share }) => ({
        cells: [
          {
            text: each.type,
            below: `${plainText(each.fault)}, in ${namedPhase(phases, each.phase)}, hold time ${duration(each.holdNs)}`,
          },
          { text: plainText(trace.process), below: `pid ${trace.pid}` },
          QUANTITY_WORDS[trace.quantity],
          held(trace, trace.before),
          held(trace, trace.peak),
          held(trace, trace.after),
          percent(share),
        ],
      })),
      below,
    },
  ];
}

function workTable({ work }: SideEffects): readonly Table[] {
  if (work.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'Work of the upstreams, by server-side counters',
      columns: [
        { name: 'Service', kind: 'word' },
        { name: 'Executed' },
        { name: 'Wasted', below: 'given up before it ended' },
        { name: 'Service time' },
        { name: 'Wasted service time', below: 'given up before it ended' },
        { name: 'Dropped: expired' },
        { name: 'Dropped: cancelled' },
        { name: 'Unfinished' },
      ],
      rows: work.map((each) => ({
        cells: [
          {
            text: plainText(each.service),
            below:
              counted(each.incarnations, 'process', 'processes') +
              (each.complete ? '' : ', not all reported: lower bounds'),
          },
          count(each.served),
          count(each.wasted),
          duration(each.servedServiceNs),
          duration(each.wastedServiceNs),
          count(each.expired),
          count(each.cancelled),
          count(each.unfinished),
        ],
      })),
    },
  ];
}

/** What a run without faults and without overload has nothing of. */
function hasWaste({ sideEffects: found }: Summary): boolean {
  const { errorVisibility, sessions, resources, wastedWork, cancelPropagation, effectsByAnnotation } = found;
  const subjects = [
    errorVisibility.classes,
    errorVisibility.notAttributable,
    sessions,
    resources,
    effectsByAnnotation.classes,
  ];
  const wasted = wastedWork.from !== 'unknown' && wastedWork.wasted > 0;
  return subjects.some((list) => list.length > 0) || wasted || cancelPropagation.givenUp > 0;
}

/** The sentences on work in vain that are known to be worth reading. */
function wasteSentences({ wastedWork, cancelPropagation }: SideEffects): readonly string[] {
  const wasted = wastedWork.from !== 'unknown' && wastedWork.wasted > 0;
  const cancelled = cancelSentence(cancelPropagation);
  return [...(wasted ? [wastedSentence(wastedWork)] : []), ...(cancelled === null ? [] : [cancelled])];
}

const effectsSentence = ({ effects }: Summary): readonly string[] =>
  effects === null
    ? []
    : [
        `${counted(effects.duplicates, 'duplicate')}, ${count(effects.lost)} lost, ` +
          `${counted(effects.orphans, 'orphan')} of ${counted(effects.calls, 'call')} with exactly one effect.`,
      ];

export const sideEffects: Topic = {
  id: 'side-effects',
  title: 'Side effects and waste',
  place: 'results',
  lead: () => 'What faults and overload did besides slow and failed calls.',
  applies: ({ analysis }) => analysis.summary.effects !== null || hasWaste(analysis.summary),
  page: ({ analysis: { summary } }) => {
    const found = summary.sideEffects;
    const cancelled = cancelSentence(found.cancelPropagation);
    return [
      ...effectTable(summary),
      ...(hasWaste(summary)
        ? [
            ...annotationTable(found),
            ...visibilityTable(found),
            ...unattributed(found),
            ...sessionTable(found, summary.phases),
            ...resourceTable(found, summary.phases),
            text(`${wastedSentence(found.wastedWork)}${cancelled === null ? '' : ` ${cancelled}`}`),
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
};
