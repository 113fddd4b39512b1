/** docs/metrics.md: a glossary, every metric that a gate can bound, and the numbers that are only reported. */
import { minimumSamples } from '../../dist/src/analysis/statistics/index.js';
import { GATE_METRICS, metricOf } from '../../dist/src/catalog/index.js';
import { count } from '../../dist/src/format/index.js';
import { OUTCOMES } from '../../dist/src/record/index.js';

const GLOSSARY = {
  'arrival rate': 'Calls per second that are to start, whatever the target does with the ones before.',
  'open loop':
    'Calls start at the arrival rate. A slow target does not slow them down. This is how independent users ' +
    'behave.',
  'closed loop':
    'A fixed number of callers; each waits for its answer before it calls again. A slow target receives fewer ' +
    'calls, so its numbers look better than independent users would find them. Every such number is marked ' +
    '`(closed loop)`.',
  'coordinated omission':
    'A measurement error: while the target stalls, the load generator sends nothing, so the calls that would ' +
    'have waited are missing from the statistics. Counting from the intended start avoids it.',
  'response time': 'From the intended start of a call to its complete, parsed answer.',
  'latency from send':
    'From the send of the last attempt to the complete answer. It leaves out every wait before the send ' +
    '(uncorrected), so it is shown only beside the response time.',
  'client queue': 'How long a call waited for a session and a connection that it was entitled to wait for.',
  'schedule lag':
    'How late the load generator sent a call: from the moment when it was due and a connection was free to the send. ' +
    'It is an error of the measurement, not of the target.',
  'outbound hop, return hop':
    'The way of a request from the send to its receipt in the upstream, and of the answer from the end of service to ' +
    'its complete receipt: network, and any gateway between.',
  regime: 'The kind of load of a phase: floor, steady, overload, stages, spike, replay, capacity or soak.',
  floor:
    'A phase that measures idle latency: one call in flight, on a target that has nothing else to do, so no queue.',
  'good, late, missed':
    'A call is good when it ended `ok` within its deadline, late when it ended `ok` after it. Every offered call ' +
    'that is not good missed: late, failed, refused and unanswered alike.',
  goodput: 'Good calls per second, counted when they are done. In the windows around a fault: by intended start.',
  saturation:
    'The state in which a resource has no capacity left: more load makes queues longer and not throughput higher.',
  headroom:
    'The share of the sustainable rate that the operating rate leaves free; here: after the loss of one service.',
  'scaling efficiency':
    'What each of several replicas sustains, as a share of what one of them does alone. Below 1 they wait for ' +
    'something that they share.',
  'load line':
    'The highest rate that the target sustains, found by a capacity search or given in the scenario. Rates such ' +
    'as `0.8x` are multiples of it.',
  'load shedding': 'Refusing calls early, to serve the others in time. Refused calls have the outcome `shed`.',
  'retry amplification': 'Attempts per logical call. Above 1x, retries add to the load that made them necessary.',
  'time to detect': 'From the start of a fault to the end of the first window outside the normal range.',
  'time to recover':
    'From the end of a fault to the first moment from which all windows stay in the normal range for a hold time.',
  'normal range':
    'Limits for a window after a fault: `latency-factor` times the highest p99 of any window before the fault (of ' +
    'windows under 100 calls: the maximum), and `goodput-share` of the goodput before it.',
  'window, hold time':
    'Recovery is judged in windows of equal length (`recovery.window`). Recovered means that all windows of the hold ' +
    'time (`recovery.hold`) are in the normal range.',
  baseline: 'The windows of the same phase before the fault, without its warm-up.',
  'fluid model':
    'A queue as a liquid: what arrives above the capacity piles up, and drains at what is left of the capacity. It ' +
    'ignores chance, shedding and timeouts.',
  'retry bursts': 'Retries that come close together, in windows of 10 ms, more than independent failures would make.',
  'circuit breaker':
    'A part that refuses calls at once for a while after failures. Plimsoll infers it from those refusals.',
  'event loop delay': "How long a turn of the load generator's own event loop took.",
  'self-capacity':
    'The highest arrival rate that this machine sends with a schedule lag p99 under 1 ms, against a server that does ' +
    'nothing. `plimsoll doctor` measures it.',
  ledger: 'What a mock wrote down of every execution: whose call it was, and when it began and ended.',
  'unfinished, expired':
    'Executions of a mock that had not ended when the run did, and calls that it dropped because their deadline had ' +
    'passed.',
  'queue age': 'How long the oldest waiting call has waited. It grows without limit when more arrives than is served.',
  'wasted work': 'Executions in the upstream whose caller had given up or never got the answer.',
  'error visibility': 'Of the calls that a fault affected, the share whose failure was reported to the caller.',
  incarnation: 'One process of a service. A restart begins the next incarnation.',
  'loopback reference':
    'Calls to a minimal server on the same machine: what the load generator and the machine cost without a ' +
    'target.',
  'p50, p99': 'The values that 50 % and 99 % of the samples do not exceed.',
  censored:
    'Known only to be longer than what was observed. A time that had not ended is printed as `not within 28 s`, a ' +
    'percentile among calls without an answer as `> 316 ms`. It is never counted as a shorter value.',
  stationary: 'Without trend and without change of level, so that a longer run would give the same number.',
  'steady-state hypothesis':
    'A bound on a metric that must hold before a fault and again after recovery. Failed before: nothing is ' +
    'concluded about the fault.',
  standstill:
    "A gap in the clock of one of Plimsoll's own processes. It touches the calls that were open meanwhile, and those " +
    'sent until as few are open as before.',
  'valid, doubtful, invalid run':
    'A run is invalid when its numbers do not measure the target: for example, the generator stood still or a ' +
    'fault was not confirmed. An invalid run passes no gate and ends with exit code 4. A run is doubtful when the ' +
    'machine was disturbed while it was measured and no number is known to be wrong: its gates are inconclusive, and ' +
    'it ends with exit code 75 even without gates.',
};

/** What has a value of a metric: its name for readers, and how a gate names one. */
const SCOPES = {
  calls: { has: 'each phase, and each call in it', key: 'phase: steady' },
  phase: { has: 'each phase', key: 'phase: steady' },
  'judged phase': { has: 'each phase with hypotheses', key: 'phase: fault' },
  fault: { has: 'each fault', key: 'fault: outage' },
  'phase or fault': { has: 'each overload phase and each fault', key: 'fault: outage' },
  run: { has: 'the run' },
  process: { has: 'each process in each soak phase', key: 'process: backend' },
  stretch: { has: 'the time before and the time after the faults of a phase' },
};

const NEEDS = {
  faults: '`faults:`',
  effects: 'a call with `effect: exactly-once`',
  'contract-watch': '`contract:`',
  hypotheses: '`hypotheses:` and a fault in the phase',
  soak: 'a soak phase',
  capacity: 'a capacity phase',
  trace: '`protocol: { trace: true }`',
  'tool-lists': '`tool-lists:`',
};

/** How the unit of a statistic is named, and a bound in it. */
const UNITS = {
  ns: { name: 'duration', bound: '100ms' },
  'per-second': { name: 'calls per second', bound: '180/s' },
  ratio: { name: 'share', bound: '1%', lowest: '99%' },
  multiple: { name: 'multiple', bound: '1.2x' },
  'ns-per-second': { name: 'ms per second', bound: '1ms/s' },
  'bytes-per-hour': { name: 'bytes per hour', bound: '1MiB/h' },
  'per-hour': { name: 'number per hour', bound: '10/h' },
  count: { name: 'count', bound: '0' },
};

/** Where the bound of the unit would be a bad example. */
const OTHER_BOUNDS = { 'schedule-lag': '1ms', 'error-classes': '1' };

/** A row of a table of this page; throws where a value of the code has no words here. */
function wordsFor(table, key) {
  const words = table[key];
  if (words === undefined) throw new Error(`docs/pages/metrics.mjs has no words for "${key}"`);
  return words;
}

/** The line that gates a metric, or states the hypothesis where there is no gate. */
function exampleLine(name, { per, stats, usual, better }) {
  const stat = usual ?? ['p99', 'ratio'].find((each) => each in stats);
  const { bound, lowest = bound } = wordsFor(UNITS, stats[stat].unit);
  const highest = per.includes('fault') && bound === '100ms' ? '10s' : bound;
  const keys = [
    `metric: ${name}`,
    ...(usual === null ? [`stat: ${stat}`] : []),
    ...(SCOPES[per].key === undefined ? [] : [SCOPES[per].key]),
    better === 'lower' ? `max: ${OTHER_BOUNDS[name] ?? highest}` : `min: ${lowest}`,
  ];
  return `- { ${keys.join(', ')} }`;
}

/** How two runs are compared by it: `ratio`, or by statistic where they differ. */
function changesOf(stats) {
  const kinds = [...new Set(Object.values(stats).map(({ change }) => change))];
  if (kinds.length === 1) return kinds[0];
  return kinds
    .map((kind) => {
      const own = Object.keys(stats).filter((stat) => stats[stat].change === kind);
      return `${kind} (${own.map((stat) => `\`${stat}\``).join(', ')})`;
    })
    .join(', ');
}

function metricSection(name) {
  const metric = metricOf(name);
  const { definition, source, better, stats, usual, per, needs, stretch } = metric;
  const isGate = per !== 'stretch';
  const required = needs.map((need) => wordsFor(NEEDS, need)).join(', ');
  const units = [...new Set(Object.values(stats).map(({ unit }) => unit))].map((unit) => {
    const own = Object.keys(stats).filter((stat) => stats[stat].unit === unit);
    return `${own.map((stat) => `\`${stat}\``).join(', ')} (${wordsFor(UNITS, unit).name})`;
  });
  const changes = changesOf(stats);
  const otherwise = usual !== null && Object.keys(stats).length > 1 ? `; \`${usual}\` if none is given` : '';
  const uses = isGate ? (stretch === null ? 'gate' : 'gate and hypothesis') : 'hypothesis; a gate on it is an error';
  return `### \`${name}\`

${definition}

- Statistics: ${units.join(', ')}${otherwise}. ${better === 'lower' ? 'Lower' : 'Higher'} is better.
- Compared by: ${changes}.
- Known for: ${wordsFor(SCOPES, per).has}. Used in: ${uses}.
${required === '' ? '' : `- Requires: ${required}.\n`}- Source: ${source}.

\`\`\`yaml
${isGate ? 'gates' : 'hypotheses'}:
  ${exampleLine(name, metric)}
\`\`\``;
}

const OUTCOME_WORDS = {
  generator: 'The load generator itself failed, or cut an answer at its own limit of 16 MiB (`answer-too-large`).',
  transport:
    'Connection refused or reset, malformed HTTP or SSE, an answer that broke off, HTTP 5xx except 503 and without a ' +
    'JSON-RPC error inside.',
  auth: 'HTTP 401 or 403.',
  shed:
    'HTTP 429 or 503, a declared overload (a code of `protocol.overload-codes`), or the queue of the client was ' +
    'full.',
  session: 'HTTP 404, or an unknown session.',
  protocol:
    'A JSON-RPC error (also under HTTP 5xx except 503), another HTTP 4xx, or an answer under a content type or ' +
    'coding that MCP clients do not take.',
  tool: 'The tool answered with `isError: true`.',
  deadline: 'No complete answer by the deadline or the time limit of the attempt.',
  semantic: 'Well-formed and wrong: another value, another id, or a result that is no result of the operation.',
  effect: 'Answered correctly, but the side effect happened more than once or not at all. Known after the run.',
  ok: 'None of the above. A call that is `ok` after its deadline is late, and not good.',
};

/** Name, field of summary.json, unit, definition. */
const REPORTED = [
  [
    'Stage split',
    'phases[].stageSplit',
    'duration',
    'Parts of the response time of all attempts, whatever became of them: `client-queue` (wait for a session or ' +
      'connection), `schedule-lag`, `outbound-hop`, `upstream-queue`, `service`, `return-hop`; they sum to the ' +
      'response time. An attempt that was given up, shed or failed counts in the stage it ended in (`ended`), by the ' +
      'log of the upstream where it is a mock, else in `unlocated`. An upstream that reports no times leaves ' +
      '`client-queue`, `schedule-lag`, `wait` (to the first byte) and `read`. An attempt with a negative stage is a ' +
      'clock problem and is left out.',
  ],
  [
    'Queue age as before an overload',
    'phases[].drain.ageAsBefore',
    'duration',
    'Only where the upstream reports no times (source `unanswered`), so that a call that waits is not distinguished ' +
      'from one in service, and an empty queue may never be seen. From the end of the overload to the first moment ' +
      'at which no unanswered call is older than the oldest one was before it (`maxNs`): in the `before` of the ' +
      'same phase, else in the last phase without a fault that held one lower rate (`phase`). It is no ' +
      '`backlog-drain`: that stays the time to an empty queue. The first screen prints it as recovery, with its ' +
      'source, where no empty queue was seen and no gate bounds `backlog-drain`.',
  ],
  [
    'Stationarity',
    'phases[].stationarity',
    'verdict',
    'Of the median response time and the throughput of windows. `steady`: no trend and no shift. `late`: only ' +
      'from a later moment on (MSER truncation). `none`: a trend or shift remains; gates that depend on the length ' +
      'of the run can not pass. `undecided`: the windows are too strongly correlated. `not-judged`: too short, too ' +
      'few calls, or a fault. Trend: Theil-Sen with the Mann-Kendall test; shift: Pettitt.',
  ],
  [
    'Sustainable throughput',
    'capacities[]',
    'calls per second',
    'The interval from the highest rate shown to be sustained to the lowest shown not to be: its queue age grew by ' +
      'more than 10 ms a second (1 ms with `confirm: long`), or more than 1 % of its calls missed their deadline. ' +
      'Where the upstream reports no times, an age that the first answers of an idle server explain is no growth ' +
      'unless response times rise with the arrivals. ' +
      'Rates that stayed undecided lie inside and are listed.',
  ],
  [
    'Knee',
    'capacities[].knee',
    'calls per second',
    'The last rate of a capacity search up to which at least 90 % of each increase in offered load came back as ' +
      'goodput. Needs six different rates.',
  ],
  [
    'Headroom and recovery capacity',
    'capacities[].recovery',
    'share; calls per second',
    'After the loss of a service: 1 - operating rate / sustainable rate, and sustainable rate - operating rate.',
  ],
  [
    'First growing queue (attribution)',
    'attributions[].firstGrowing',
    'place',
    'The first stage that grew when response times grew, over all attempts: generator, network, gateway or ' +
      'upstream. A hop holds the socket buffer of the process behind it, so a hop that grew is the network only ' +
      'where a fault of the run, or prompt answers to polls of the upstream, say so. Where nothing separates two of ' +
      'them, both are named. Its start (`onsetNs`) is known to one window; of a queue that grew for less than two ' +
      'windows, or was there when the phase began, it is the moment at which the age of the oldest call exceeded the ' +
      'calm ages of this phase, or of the calmest phase before, by more than as much again and 2 ms.',
  ],
  [
    'Calls in the upstream',
    'phases[].upstreamCalls',
    'calls',
    'Calls that the mocks behind the target hold, abandoned ones included: polled every 250 ms (`work.ndjson`).',
  ],
  [
    'Amplification around a fault',
    'recoveries[].afterFault.amplification',
    'attempts per call',
    'Retry amplification before, during and after the fault, beside the one expected for the share of failed ' +
      'attempts.',
  ],
  [
    'Unaffected routes (blast radius)',
    'recoveries[].afterFault.blastRadius',
    'share',
    '1 - goodput during / before, of the calls that do not pass the faulty link or service.',
  ],
  [
    'Metastability',
    'recoveries[].afterFault.metastability',
    'verdict',
    '`metastable`: goodput stayed below 0.9 of its level before, for the last hold time, with the fault gone and ' +
      'the offered rate unchanged. `recovered`: it did not. `censored`: the data ended too early. `not-judged`: ' +
      'closed loop, a changed rate, or no baseline.',
  ],
  [
    'Hidden capacity',
    'afterFault.hiddenCapacities[]',
    'calls per second',
    'The interval from the highest rate that recovered from a fault to the lowest rate that stayed down after ' +
      'the same fault.',
  ],
  [
    'Hysteresis',
    'afterFault.hysteresis[]',
    "unit of the metric times calls per second; mean gap in the metric's unit",
    'Area between p99, or goodput, while the rate rises and while it falls again.',
  ],
  [
    'Stretches without an answer',
    'answerGaps[]',
    'interval of run time',
    'From an answer, or the first send after it where nothing was in flight, to the next answer. Listed from ' +
      '500 ms on that are 20 mean gaps between answers and 5 median answers long.',
  ],
  [
    'Failures',
    'failures[]',
    'calls',
    'Calls that did not end `ok`, by phase, outcome and error class: how many, the end of the first and the last, ' +
      'and what the first such answer said.',
  ],
  [
    'Foreign answers',
    'foreignAnswers',
    'answers',
    'Wrong answers that belong to another call of the run (`foreign-answer`), by the id that a mock gives back or by ' +
      'a nonce in the arguments (`unique: call`): how many, the pairs of calls of which each got the answer of the ' +
      'other, and the answers that belong to a call of another session.',
  ],
  [
    'Requests of servers',
    'serverRequests[]',
    'requests',
    'What servers asked of their clients (elicitation, sampling, roots, ping), by method: answered from ' +
      '`protocol.answers`, or refused.',
  ],
  [
    'Streams cut in revisions without sessions',
    'sideEffects.cutStreams',
    'attempts; duplicates',
    'Attempts whose stream of events had begun and ended before the answer. From 2026-07-28 on a client has to make ' +
      'such a call again, under an id of its own: how many were (`reissued`, where `retry` allows it), how many ' +
      'ended their call instead (`notReissued`), and how many of the former executed their call once more. An ' +
      'execution belongs to the last request of its call that was sent before it. Null in revisions with sessions.',
  ],
  [
    'How the target was spoken to',
    'protocol',
    'revision, transport, driver; ms',
    'The revision of MCP that it spoke before the run, the transport, and whose client made the calls: `wire`, ' +
      'ours, or `sdk`, that of the official SDK, whose own time is then part of every latency. `toolListKept`: how ' +
      'long what stands in between may keep the tool list (`ttlMs`), and for whom (`cacheScope`), as its first page ' +
      'said before the run; null where it said nothing valid, as no list of a revision with sessions does.',
  ],
  [
    'Session turnover',
    'sessionTurnover',
    'sessions',
    'With `calls-per-session`: sessions that were opened, ended, left open at the server (`session-end: abandon`), ' +
      'and openings that failed.',
  ],
  [
    'Contract drift',
    'drift.changes[]',
    'class',
    '`breaking`: a request that was valid may be refused, or an answer may not be what was promised (a tool is ' +
      'gone, its input schema is narrower, its output schema is wider). `informational`: every other change.',
  ],
  [
    'Error visibility',
    'sideEffects.errorVisibility',
    'share, with 95 % interval',
    'By type of fault: reported / affected calls, where each affected call is `reported` (the caller got a ' +
      'failure), `unanswered` (nothing until it gave up) or `silent` (answered as if nothing had failed).',
  ],
  [
    'Wasted work',
    'sideEffects.wastedWork',
    'executions, service time, share',
    'From the server-side counters of the mocks, or as a lower bound from the stamps of late answers.',
  ],
  [
    'Session survival',
    'sideEffects.sessions[]',
    'share',
    'Of the sessions open at a fault: without interruption, after re-initialising, or lost.',
  ],
  [
    'Resources released (resource recovery)',
    'sideEffects.resources[]',
    'share',
    '(peak - after) / (peak - before) of memory, descriptors, sockets and sessions, a hold time after the fault.',
  ],
];

/** Effect of a check, and when it applies. */
const CHECKS = {
  'schedule-lag':
    'calls of an open loop left late or were read late. Each is computed again without its lag (see "Lateness"). ' +
    'Invalid: a headline number moves; warning: another number does',
  'generator-standstill':
    'the clock of the generator had a gap of 10 ms or more. The phase is computed again without the calls that it ' +
    'touched (see "Lateness"). Invalid: a headline number moves; warning: another number does, or none and the gap ' +
    'was 100 ms or longer',
  'fault-engine-standstill': 'the same of the fault engine',
  'achieved-below-offered': 'invalid: less than 99 % of the planned calls were offered',
  'arrival-process': 'invalid: the calls were not as even, or not as random, as the declared arrivals',
  'consistency-check':
    "invalid: Little's law; what a load worker counted as in flight, by its own sum and another clock, and the time " +
    'in flight of its samples differ by more than 5 % over the measured window, where that is 0.2 s or more',
  'generator-saturated':
    'invalid: the generator limited a capacity search; warning: much garbage collection, or repeated probes',
  'over-self-capacity': 'warning: a rate above what `plimsoll doctor` measured for this machine',
  'generator-cpu': 'warning: the generator used nearly all of its cores',
  'machine-pressure': 'warning: tasks waited for CPU, memory or disk before the run',
  'machine-assumed': 'warning: a test assumed the machine quiet and did not measure it',
  'cpu-steal': 'warning from 2 % of CPU time taken by the hypervisor; from 10 % doubtful',
  'held-up-machine':
    'doubtful: a headline number of a phase does not hold for lateness, while the generator used less than 60 % of ' +
    'its CPU time and at least 0.25 cores were idle all along, so that no process of the run or of others was in ' +
    'its way',
  'contended-machine':
    "doubtful: in at least 5 % of a phase's measured time, other processes were busy on 0.25 cores or more while " +
    'tasks waited for a core in 20 % of the time (or, where the system does not report that, less than 10 % of the ' +
    "cores were idle). Others are all but the run's own processes and a target on the same machine. Warning: a probe " +
    'before or after the load lost 2 % of a core (doubtful from 10 % where the time between is unknown)',
  'not-stationary': 'warning: the phase was not stationary, or only from a later moment on',
  'capacity-undecided': 'warning: a capacity search used up its budget before its interval was narrow and confirmed',
  'hypothesis-failed-before-fault':
    'warning: a hypothesis failed before the fault; gates on that fault are inconclusive',
  'fault-not-confirmed': 'invalid: the start or the end of a fault was not confirmed',
  'fault-engine-died': 'invalid: the fault engine ended during the run',
  'fault-proxy-wedged': 'invalid: the fault engine stopped answering',
  'service-died': 'invalid: a service ended without being asked to',
  'clock-problem': 'invalid: more than 1 % of the attempts have a stamp earlier than the one before it; warning: fewer',
  aborted: 'doubtful: a rule of `abort-on` ended the run early, for what the target did; the run has failed a gate',
  interrupted: 'invalid: the run was interrupted',
  'record-incomplete': 'invalid: the run failed, was killed, or its samples do not agree with the manifest',
  'samples-unaccounted':
    'invalid: calls without an end in the record, attempts recorded twice or not at all, or another number of ' +
    'samples than a load worker sent',
  'no-samples': 'invalid: the run, or a phase of it, has no sample outside the warm-up',
};

const table = (head, rows) =>
  [head, head.map(() => '-'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const needed = (q) => count(minimumSamples(q));

export function pageText() {
  return `# Metrics

The terms of Plimsoll, every metric that a gate or a hypothesis can bound, and the numbers that are reported without
being gated. This page is made from \`src/catalog/metrics/\` and \`docs/pages/metrics.mjs\`. Keys of gates:
[scenario.md](scenario.md).

## Glossary

${table(
  ['Term', 'Meaning'],
  Object.entries(GLOSSARY).map(([term, meaning]) => [`**${term}**`, meaning]),
)}

## Percentiles

A percentile is a value that was measured, taken from the raw samples. It is printed only where at least two samples
lie beyond it with 99 % confidence. With fewer samples the report prints
"too few samples (312 of ${needed(0.99)} needed)" and a gate is inconclusive.

${table(
  ['Percentile', 'Samples needed'],
  [0.5, 0.9, 0.95, 0.99, 0.999].map((q) => [`p${Number((q * 100).toFixed(1))}`, needed(q)]),
)}

Calls that were given up rank behind all answered calls. A percentile among them is censored (\`> 316 ms\`).
Durations of \`ok\` calls and of all calls are separate numbers; a gate must hold for both.

## Shares of calls

Gates and hypotheses on \`error-ratio\`, \`deadline-miss-ratio\` and the ratio of \`goodput\` print how many calls the
share is of, and its exact 95 % interval (Clopper and Pearson; calls are taken as independent). The share itself
decides once at least two calls fit within the limit: 200 calls for 1 % and for 99 %, 40 for 5 %, 2,000 for 0.1 %. With
fewer calls the interval decides. Where it contains the limit, the gate is inconclusive: "too few calls to decide (20
of 200 needed)". So 0 of 20 calls and 1 of 20 do not decide a limit of 1 %, and 20 of 20 break it. A limit of 0 % or
100 % is about the calls that were made: one of them breaks it, however few they are.

## Gate metrics

Each example is one gate; \`phase\`, \`tool\`, \`fault\` and \`process\` narrow it down, and without them it must hold
everywhere. A metric without a value fails its gate. What a gate accepts as a bound follows from the unit.

${GATE_METRICS.map(metricSection).join('\n\n')}

### Default gates

A scenario without \`gates:\` has two for each floor and steady phase: \`error-ratio\` at most 5 %, and \`goodput\`
above 0, both of the calls outside of faults (and of the hold time after each). Only broken ones are listed; the run
then ends with exit code 99. Where more than 5 % failed of too few calls to show it, the gate is listed as inconclusive
and the exit code is 75; few calls that went well pass. \`default-gates: false\`, or \`--no-default-gates\`, turns
them off.

## Reported numbers

### Outcomes

Each attempt and each logical call has one outcome: the first of these that applies. The outcome of a call is that of
its last attempt. \`summary.json\`: \`phases[].outcomes\`, a count for each.

${OUTCOMES.map((outcome, index) => `${index + 1}. \`${outcome}\`: ${wordsFor(OUTCOME_WORDS, outcome)}`).join('\n')}

### Numbers that are not gated

${table(
  ['Number', 'In `summary.json`', 'Unit', 'Definition'],
  REPORTED.map(([name, field, unit, definition]) => [name, `\`${field}\``, unit, definition]),
)}

### Lateness

Lateness of our own is judged by its effect, never by a deadline. Where calls were touched by a standstill, or left
late, the phase is computed again: without the touched calls, and with each of them shorter by as much as the
standstills can have made it; or with each call shorter by its own lag, and by as much as it may have been read late.
A number that differs in each of these by more than 10 %, and by more than 1 ms (a timer's own error) or 0.1 % of the
calls, is not valid. Watched are p50, p90, p99 and maximum of the response time, deadline-miss ratio, goodput and time
to recover; p50, p99, deadline-miss ratio and goodput are headline numbers and make the run invalid. A gate on a number
that is not valid is invalid, and so is one whose verdict would be another. A turn of the generator's event loop that
began 1 ms to 10 ms late may have read an answer late by as much, though not by more than the time since the call was
sent or its service began: that counts as lag. A thread that the system wakes late for an answer is not seen by itself;
the watch on the machine is for that.
\`summary.json\`: \`lateness[]\`.

### Validity checks

\`validity.verdict\` is \`invalid\` when one check is, else \`doubtful\` when one is, else \`valid\`. A warning is
reported and changes nothing.

${table(
  ['Check', 'Effect, and when'],
  Object.entries(CHECKS).map(([code, words]) => [`\`${code}\``, words]),
)}
`;
}
