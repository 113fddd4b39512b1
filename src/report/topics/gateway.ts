/** Gateway: what stands between the client and the upstreams does to calls and to tool lists. */
import type { GatewaySummary, Summary } from '../../analysis/index.js';
import { trialFindings } from '../../compare/index.js';
import { bytes, count, counted, duration, factor, percent } from '../../format/index.js';
import type { RunView } from '../input.js';
import { plainText } from '../text.js';
import { FINDING } from '../words.js';
import { breakerTable, errorTable, linkTable, returnTable, routeTable } from './gateway-faults.js';
import { changedTools, toolListFacts, toolViewCosts } from './gateway-tool-list.js';
import {
  factTable,
  lines,
  none,
  tableOf,
  verdictCell,
  wordColumns,
  type Cell,
  type Facts,
  type Line,
  type Table,
  type TextBlock,
  type Topic,
} from './topic.js';

/** Whether the run was made to look at a gateway: its calls are traced, or its tool lists were read. */
const found = ({ gateway }: Summary): GatewaySummary | null =>
  gateway.joins !== null || gateway.toolLists !== null ? gateway : null;

const MAPPING = {
  'one-to-one': 'each session of the client has one of its own at each upstream',
  shared: 'all sessions of the client share one at each upstream',
  'per-call': 'each call has a session of its own',
  pooled: 'sessions of the client share several at an upstream',
  single: 'one session; whether others would share it is not known with one session of the client',
} as const;

function callFacts({ joins, messages, sessions, arrival, deliveries }: GatewaySummary): Facts {
  const facts: [string, string][] = [];
  if (joins !== null) {
    const { meta, traceparent, argument } = joins.by;
    const ways = [
      [meta, 'the call id in _meta'],
      [traceparent, 'the trace context'],
      [argument, 'an argument'],
    ] as const;
    const by = ways.flatMap(([n, way]) => (n === 0 ? [] : [`${count(n)} by ${way}`])).join(', ');
    const rate = joins.rate === null ? 'no call reached an upstream' : percent(joins.rate);
    facts.push([
      'Calls joined with the upstreams',
      `${rate} of ${count(joins.upstreamCalls)}${by === '' ? '' : `: ${by}`}`,
    ]);
  }
  if (messages?.perCall != null) {
    const methods = messages.byMethod.map(({ method, count: n }) => `${plainText(method, 60)} ${count(n)}`).join(', ');
    const bound = messages.complete ? '' : ' (a lower bound: a process ended uncounted)';
    facts.push(['Upstream messages per call', `${factor(messages.perCall)}${bound}: ${methods}`]);
  }
  if (sessions !== null) {
    const { mapping, clientSessions, upstreamSessions, opened, leftOpen } = sessions;
    const many = `${counted(clientSessions, 'session')} of the client, ${count(upstreamSessions)} at the upstreams`;
    const left =
      leftOpen === null || opened === null
        ? ''
        : `; ${count(opened)} opened during the load, ${count(leftOpen)} of them left open`;
    facts.push(['Upstream sessions', `${MAPPING[mapping]} (${many}${left})`]);
  }
  if (arrival !== null) {
    const { customMeta, metaTrace, headerTrace, otherTrace, clientToken } = arrival;
    facts.push(['Own key in _meta arrived', percent(customMeta)]);
    const other = otherTrace === 0 ? '' : `; that of another call ${percent(otherTrace)}`;
    facts.push([
      'Trace context arrived',
      `in _meta ${percent(metaTrace)}, as a header ${percent(headerTrace)}${other}`,
    ]);
    const token = clientToken === null ? 'n/a: the client sends none' : percent(clientToken);
    facts.push(["Client's Authorization arrived upstream", token]);
  }
  if (deliveries !== null) {
    const { hiddenRetries, repeatedCalls, repeatedEffects, answeredWithoutUpstream, addressed, misrouted } = deliveries;
    const effects = repeatedEffects === 0 ? '' : `, ${count(repeatedEffects)} with a side effect`;
    facts.push([
      'Repeated by the gateway',
      `${counted(hiddenRetries, 'execution')} of ${counted(repeatedCalls, 'call')}${effects}`,
    ]);
    const unreached =
      answeredWithoutUpstream === null ? 'unknown: not every upstream call was joined' : count(answeredWithoutUpstream);
    facts.push(['Answered without an upstream', unreached]);
    if (addressed > 0) facts.push(['Executed by another upstream', `${count(misrouted)} of ${count(addressed)}`]);
  }
  return facts;
}

function startFacts({ coldStart }: GatewaySummary): Facts {
  if (coldStart === null) return [];
  const { readyNs, firstAnswerNs, firstCallNs, tenthCallNs } = coldStart;
  const words = [
    ...(firstAnswerNs === null ? [] : [`${duration(firstAnswerNs)} from start to the first right answer`]),
    ...(readyNs === null ? [] : [`ready after ${duration(readyNs)}`]),
    firstCallNs === null ? 'the first call failed' : `first call ${duration(firstCallNs)}`,
    ...(tenthCallNs === null ? [] : [`tenth ${duration(tenthCallNs)}`]),
  ];
  return [['Cold start', words.join('; ')]];
}

const orNone = (value: number | null, words: (known: number) => string): Cell =>
  value === null ? none('unknown') : words(value);

const costs = ({ costs: rows }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'What the services before the mocks used',
    columns: [
      ...wordColumns('Service', 'Phase'),
      { name: 'CPU per call' },
      { name: 'Memory', below: 'most resident' },
      { name: 'Memory per session', below: 'of the client' },
    ],
    rows: rows.map(({ process, phase, cpuPerCallNs, maxRssBytes, rssPerSessionBytes }) => ({
      cells: [
        plainText(process, 64),
        plainText(phase, 64),
        orNone(cpuPerCallNs, duration),
        orNone(maxRssBytes, bytes),
        orNone(rssPerSessionBytes, bytes),
      ],
    })),
  });

/** What is to be known of the gateway, said first; nothing where the target is the server itself. */
const findings = ({ plan, analysis: { summary } }: RunView): readonly Table[] =>
  tableOf({
    caption: 'Findings',
    columns: [
      { name: 'Standing', kind: 'word' },
      { name: 'What the gateway does', kind: 'text' },
    ],
    rows: trialFindings(plan.scenario.stack, summary).map(({ tone, what }) => ({
      cells: [verdictCell(FINDING[tone]), plainText(what, 400)],
    })),
  });

const facts = (gateway: GatewaySummary): readonly Table[] => [
  ...factTable('Calls', [...callFacts(gateway), ...startFacts(gateway)]),
  ...factTable('Tool list', toolListFacts(gateway)),
];

export const gateway = {
  id: 'gateway',
  title: 'Between client and upstreams',
  label: 'Gateway',
  place: 'results',
  lead: () =>
    'What stands between the client and the upstreams does to calls and to the tool list: by the logs and counters ' +
    'of the mocks, joined with the calls of the client.',
  headline: ({ analysis: { summary } }) => {
    const gate = found(summary);
    const shown = gate === null ? [] : [...callFacts(gate), ...toolListFacts(gate)];
    const misrouted = gate?.deliveries?.misrouted ?? 0;
    const cost = gate?.toolLists?.views[0]?.tokens ?? null;
    return {
      state: misrouted > 0 ? 'bad' : 'quiet',
      finding: shown
        .slice(0, 2)
        .map(([name, value]) => `${name}: ${value}.`)
        .join(' '),
      key: cost === null ? null : { name: 'context cost', value: `${count(cost)} tokens` },
    };
  },
  applies: ({ analysis }) => found(analysis.summary) !== null,
  page: (run) => {
    const gate = found(run.analysis.summary);
    if (gate === null) return [];
    return [
      ...findings(run),
      ...facts(gate),
      ...changedTools(gate.toolLists),
      ...toolViewCosts(gate.toolLists),
      ...errorTable(gate),
      ...linkTable(gate),
      ...routeTable(gate),
      ...returnTable(gate),
      ...breakerTable(gate),
      ...costs(gate),
    ];
  },
  markdown: (run): readonly TextBlock[] => {
    const gate = found(run.analysis.summary);
    return gate === null ? [] : [...findings(run), ...facts(gate), ...changedTools(gate.toolLists)];
  },
  terminal: ({ analysis: { summary } }, columns): readonly Line[] => {
    const gate = found(summary);
    if (gate === null) return [];
    return [...callFacts(gate), ...toolListFacts(gate)].flatMap(([name, value]) =>
      lines([{ text: `${name}: `, tone: 'strong' }], value, columns),
    );
  },
} as const satisfies Topic;
