/** The scenario to begin with: what was discovered, every part explained, and gates from what was measured. */
import { rate, scenarioRate } from '../../format/index.js';
import type { Discovery } from '../discover.js';
import type { LeftOut } from '../selection.js';
import { callText } from './call.js';
import { serverName } from './first-look.js';
import { STEADY_S, floorS, gatesText } from './gates.js';
import { hasNumbers, type Measured } from './measured.js';
import { deadlineNs, floorText, onePerSecond, roundDown, searchLength, searchedRates } from './rates.js';
import { canHaveLink, protocolText, stackText } from './stack.js';
import { comment, flow, remark } from './yaml.js';

export interface InitialOrder {
  readonly discovery: Discovery;
  /** Null: nothing was measured. */
  readonly measured: Measured | null;
  /** Bound on every rate; null without one. */
  readonly mostPerSecond: number | null;
  /** Folder that the file is for, absolute. */
  readonly folder: string;
  /** Address of the JSON Schema for editors, as seen from the file. */
  readonly schema: string;
}

/** Most calls a second of the steady phase: it shows latency, and is not to wear the server out. */
const STEADY_MOST_PER_SECOND = 500;
/** Without a load line: at most this, and half of what one caller at a time gets, which every server takes. */
const CAUTIOUS_PER_SECOND = 5;
/** Below it a window of a second says too little of a recovery. */
const LEAST_FOR_FAULT_PER_SECOND = 20;

export function initialText(order: InitialOrder): string {
  const { discovery, measured, folder, schema } = order;
  const { target, usable } = discovery;
  const deadline = deadlineNs(usable);
  const loadLine = measured?.passedPerSecond ?? null;
  const highest = Math.min(STEADY_MOST_PER_SECOND, order.mostPerSecond ?? Infinity);
  const cautious = Math.min(CAUTIOUS_PER_SECOND, onePerSecond(usable) / 2);
  const steady = roundDown(Math.min(highest, loadLine === null ? cautious : loadLine / 2));
  const withLink = canHaveLink(discovery);
  const hasFault = withLink && steady / 2 >= LEAST_FOR_FAULT_PER_SECOND;
  const calls = usable.map((each, at) => callText(each, deadline, at + 1));
  const parts = [
    `# yaml-language-server: $schema=${schema}`,
    head(discovery, measured),
    `version: 1\nname: ${flow(serverName(discovery))}`,
    ...(discovery.isRemote
      ? ['# The server is not on this machine. Put load on it only if it is yours.\nallow-remote: true']
      : []),
    ...(loadLine === null ? [] : [`${comment(lineWords(measured))}\nload-line: ${scenarioRate(loadLine)}`]),
    `${stackComment(target.kind, withLink)}\n${stackText(target, withLink, folder)}`,
    protocolText(discovery),
    `${callsComment(discovery)}calls:\n${calls.join('\n')}${leftOutComment(discovery.leftOut)}`,
    phasesText(order, steady, hasFault),
    ...(hasFault ? [FAULT] : []),
    gatesText(measured, steady, hasFault, deadline),
  ];
  return `${parts.join('\n\n')}\n`;
}

function head({ survey }: Discovery, measured: Measured | null): string {
  const { serverInfo, protocolVersion } = survey;
  const who =
    serverInfo === null ? 'a server that does not report its name' : `${serverInfo.name} ${serverInfo.version}`;
  const numbers =
    measured === null || !hasNumbers(measured)
      ? 'Nothing was measured for it.'
      : `Its numbers come from ${measured.from}.`;
  return comment(
    remark(`A scenario to begin with, made from the live server: ${who}, MCP ${protocolVersion}. ${numbers}`, 400),
  );
}

function lineWords(measured: Measured | null): string {
  const upper = measured?.failedPerSecond ?? null;
  return (
    'The highest rate that was sustained' +
    (upper === null ? '' : `; ${rate(upper)} was not`) +
    '. Rates like 0.5x are multiples of it, until a capacity phase measures it anew.'
  );
}

function stackComment(kind: 'http' | 'stdio', withLink: boolean): string {
  if (kind === 'stdio')
    return comment(
      'Spoken to over stdio: each session is a process of its own. Faults on a link need a server over HTTP.',
    );
  return comment(
    withLink
      ? 'The server runs already; the link in front of it is where faults can act.'
      : 'The server runs already. A link, where faults can act, needs plain Streamable HTTP on this machine.',
  );
}

/** Ways to vary an argument, each whole on its line. */
const VARIED = ['{ pick: [a, b] }', '{ integer: { min: 1, max: 9 } }', '{ unique: uuid }'];

function callsComment({ usable }: Discovery): string {
  const isMade = usable.some((each) => !each.given && Object.keys(each.arguments).length > 0);
  const words =
    'Arguments are made from the schemas, and the same in every call: a cache would answer it. Vary them with one of:';
  return isMade ? `${comment(words)}\n${VARIED.map((each) => `#   ${each}\n`).join('')}` : '';
}

function leftOutComment(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '';
  const shown = leftOut.slice(0, 40).map(({ tool, reason }) => comment(remark(`${tool}: ${reason}`, 160), '  '));
  const more = leftOut.length - shown.length;
  const rest = more > 0 ? [`  # and ${more} more`] : [];
  return `\n  # Not called:\n${[...shown, ...rest].join('\n')}`;
}

function phasesText({ discovery, measured, mostPerSecond }: InitialOrder, steady: number, hasFault: boolean): string {
  const { low, high } = searchedRates(discovery, mostPerSecond);
  const between = [low, high].map(scenarioRate);
  const { stepS, budgetS } = searchLength(discovery.usable, 2);
  return [
    'phases:',
    '  # One call at a time: latency without a queue.',
    floorText('floor', floorS(measured), mostPerSecond),
    '  # Calls arrive at this rate, however slow the server is: latency that users see.',
    `  - { name: steady, regime: steady, rate: ${scenarioRate(steady)}, for: ${STEADY_S}s }`,
    ...(hasFault
      ? [
          '  # At half of that rate the network gets slow for a while (see faults).',
          `  - { name: slow network, regime: steady, rate: ${scenarioRate(roundDown(steady / 2))}, ` +
            'for: 21s, warmup: 3s }',
        ]
      : []),
    '  # The highest rate that is sustained, searched between these two.',
    `  - { name: load line, regime: capacity, between: [${between.join(', ')}], step: ${stepS}s, budget: ${budgetS}s }`,
  ].join('\n');
}

/** What is normal shows in the four seconds between the warm-up and the fault: fewer are no baseline. */
const FAULT = `faults:
  - { phase: slow network, at: 7s, for: 3s, on: network, type: latency, latency: 200ms }

# When the fault counts as recovered from: p99 of each window at most this many times the one before the fault.
recovery: { latency-factor: 4x, window: 1s, hold: 3s }`;
