/** Protocol: in which revision the target was spoken to, by whose client, and how long its tool list may be kept. */
import type { ProtocolSummary, Summary } from '../../analysis/index.js';
import { REVISIONS, eraOf, type Era } from '../../catalog/index.js';
import { duration, UNKNOWN } from '../../format/index.js';
import { plainText } from '../text.js';
import { factTable, lines, text, type Facts, type Table, type Text, type Topic } from './topic.js';

const TRANSPORT: Readonly<Record<ProtocolSummary['transport'], string>> = {
  'streamable-http': 'Streamable HTTP',
  'http-sse': 'HTTP+SSE',
  stdio: 'stdio',
};

const NS_PER_MS = 1e6;

/** Null where the revision is not known. */
function eraIn({ revision }: ProtocolSummary): Era | null {
  const known = REVISIONS.find((each) => each === revision);
  return known === undefined ? null : eraOf(known);
}

function revisionText(spoken: ProtocolSummary): string {
  const { revision } = spoken;
  if (revision === null) return UNKNOWN;
  const era = eraIn(spoken);
  const sessions = era === null ? '' : era === 'stateless' ? ', without sessions' : ', with sessions';
  return `MCP ${plainText(revision, 40)}${sessions}`;
}

const BY_SDK =
  'The client of the official SDK made the calls: its own time is part of every latency, as it is for an application ' +
  'that is built on it. Compare such runs with each other alone.';

function clientText({ driver }: ProtocolSummary): string {
  return driver === 'sdk' ? 'of the official SDK (driver: sdk)' : 'made for load (driver: wire)';
}

/** `for 5 min, by everyone (ttlMs 300000, cacheScope public)`. */
function keptText(spoken: ProtocolSummary): string {
  const { toolListKept } = spoken;
  if (toolListKept === null)
    return eraIn(spoken) === 'stateless'
      ? 'not reported: its first page has no valid ttlMs and cacheScope, which the revision demands'
      : 'n/a (only lists of revisions without sessions say so)';
  const { ttlMs, scope } = toolListKept;
  const forWhom = scope === 'public' ? 'for every client' : 'for the client that asked';
  const howLong = ttlMs === 0 ? 'not at all' : `for ${duration(ttlMs * NS_PER_MS)}, ${forWhom}`;
  return `${howLong} (ttlMs ${ttlMs}, cacheScope ${scope})`;
}

const facts = (spoken: ProtocolSummary): Facts => [
  ['Revision', revisionText(spoken)],
  ['Transport', TRANSPORT[spoken.transport]],
  ['Client', clientText(spoken)],
  ['The tool list may be kept', keptText(spoken)],
];

const parts = ({ protocol: spoken }: Summary): readonly (Text | Table)[] => [
  ...(spoken.driver === 'sdk' ? [text(BY_SDK)] : []),
  ...factTable('How the target was spoken to', facts(spoken)),
];

export const protocol = {
  id: 'protocol',
  title: 'Protocol',
  label: 'Protocol',
  place: 'conditions',
  lead: () => null,
  headline: ({ analysis: { summary } }) => {
    const { protocol: found } = summary;
    const client = found.driver === 'sdk' ? ', by the client of the official SDK' : '';
    return {
      state: 'quiet',
      finding: `${revisionText(found)}, over ${TRANSPORT[found.transport]}${client}`,
      key: null,
    };
  },
  // Sessions and our own client are what a reader expects.
  applies: ({ analysis: { summary } }) => summary.protocol.driver === 'sdk' || eraIn(summary.protocol) === 'stateless',
  page: ({ analysis: { summary } }) => parts(summary),
  markdown: ({ analysis: { summary } }) => parts(summary),
  terminal: ({ analysis: { summary } }, columns) =>
    summary.protocol.driver === 'sdk' ? lines([{ text: 'i ', tone: 'quiet' }], BY_SDK, columns, 'quiet') : [],
} as const satisfies Topic;
