/** The scenario of a first look: idle latency, a short search for the load line, half of it, the way back. */
import { scenarioRate } from '../../format/index.js';
import { FIRST_LOOK_PHASES, FIRST_LOOK_TITLE } from '../../scenario/index.js';
import type { Discovery } from '../discover.js';
import { callText } from './call.js';
import { LOOK_PHASES_S, lookDeadlineNs, lookFloorS, lookSearchS } from './look-time.js';
import { OVERLOAD_FACTOR, floorText, searchLength, searchedRates } from './rates.js';
import { protocolText, stackText } from './stack.js';
import { flow, remark } from './yaml.js';

interface FirstLookInput {
  readonly discovery: Discovery;
  /** Bound on every rate; null without one. */
  readonly mostPerSecond: number | null;
  /** Folder of the scenario, absolute. */
  readonly folder: string;
  /** Since the command began: the search takes what is left of a minute. */
  readonly elapsedNs: number;
}

export function firstLookText({ discovery, mostPerSecond, folder, elapsedNs }: FirstLookInput): string {
  const { target, usable, seed } = discovery;
  const { low, high } = searchedRates(discovery, mostPerSecond);
  const { stepS, budgetS } = searchLength(usable, 1, lookSearchS(discovery, elapsedNs));
  const { floor, search, half, overload } = FIRST_LOOK_PHASES;
  const flowLength = `step: ${stepS}s, budget: ${budgetS}s`;
  const deadline = lookDeadlineNs(usable);
  const { half: halfS, overload: overloadS, after: afterS } = LOOK_PHASES_S;
  const after = `after: { rate: 0.5x, for: ${afterS}s }`;
  return `version: 1
name: ${flow(`${FIRST_LOOK_TITLE}${serverName(discovery)}`)}
description: ${flow(describe(discovery))}
seed: ${seed}
${discovery.isRemote ? 'allow-remote: true\n' : ''}
${stackText(target, false, folder)}

${protocolText(discovery)}

calls:
${usable.map((each, at) => callText(each, deadline, at + 1)).join('\n')}

phases:
${floorText(floor, lookFloorS(usable), mostPerSecond)}
  - { name: ${search}, regime: capacity, between: [${scenarioRate(low)}, ${scenarioRate(high)}], ${flowLength} }
  - { name: ${half}, regime: steady, rate: 0.5x, for: ${halfS}s }
  - { name: ${overload}, regime: overload, rate: ${OVERLOAD_FACTOR}x, for: ${overloadS}s, ${after} }

# A first look demands nothing.
default-gates: false
`;
}

/** With what stands before it in the name of a scenario. */
const LONGEST_NAME = 40;

/** Name of the server for titles: its own, in the letters that a name may have. */
export function serverName({ survey: { serverInfo, shown } }: Discovery): string {
  const own = (serverInfo?.name ?? shown).replace(/[^A-Za-z0-9._ -]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  const name = own.slice(0, LONGEST_NAME).replace(/[^A-Za-z0-9]+$/, '');
  return name === '' ? 'server' : name;
}

/** What was left out belongs to the record. */
function describe({ usable, leftOut }: Discovery): string {
  const parts = [
    `Under load: ${usable.map(({ tool }) => tool.name).join(', ')}.`,
    ...(leftOut.length === 0
      ? []
      : [`Left out: ${leftOut.map(({ tool, reason }) => `${tool} (${reason})`).join('; ')}.`]),
  ];
  return remark(parts.join(' '), 2_000).replaceAll('${', () => '$${');
}
