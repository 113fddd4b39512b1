/** What faults behind a gateway do: to its calls, route by route and message by message, and to their return. */
import type { GatewaySummary, RouteSuccess } from '../../analysis/index.js';
import { count, duration, factor, lowerBound, percent } from '../../format/index.js';
import { plainText } from '../text.js';
import { none, tableOf, wordColumns, type Cell, type Row, type Table } from './topic.js';

const RETURNS = {
  'at-once': 'at once',
  'after-failures': 'after failed calls',
  never: 'never, until the phase ended',
  unknown: 'unknown: too few calls were sent afterwards',
} as const;

const counts = (value: number | null): Cell => (value === null ? none('unknown') : count(value));

function row(fault: string, { label, upstream, offered, ok, success, hit, excess, masked }: RouteSuccess): Row {
  const name = label === null ? 'all calls' : plainText(label, 64);
  return {
    cells: [
      plainText(fault, 64),
      upstream === null ? name : { text: name, below: plainText(upstream, 64) },
      count(offered),
      count(ok),
      success === null
        ? none()
        : { text: percent(success.value), below: `${percent(success.low)} to ${percent(success.high)}` },
      counts(hit),
      counts(excess),
      counts(masked),
    ],
    ...(label === null ? { total: true } : {}),
  };
}

export const routeTable = ({ availabilities }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'Success of each route while a mock failed some of its calls',
    columns: [
      ...wordColumns('Fault', 'Route'),
      { name: 'Calls' },
      { name: 'Ok' },
      { name: 'Success', below: '95 %' },
      { name: 'Hit by the fault' },
      { name: 'Failed without it' },
      { name: 'Ok in spite of it' },
    ],
    rows: availabilities.flatMap(({ fault, routes, whole }) => [
      ...routes.map((each) => row(fault, each)),
      ...(routes.length < 2 ? [] : [row(fault, whole)]),
    ]),
  });

export const linkTable = ({ linkCosts, messages }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'What latency of a link behind the target cost a call',
    notes: [
      'A call pays the latency once for each message that waits for the one before. Messages per call: all that ' +
        'the upstreams received, also those that nothing waits for.',
    ],
    columns: [
      ...wordColumns('Fault', 'Link'),
      { name: 'Latency' },
      { name: 'Calls' },
      { name: 'Longest call' },
      { name: 'Median longer by', below: 'of the latency' },
      { name: 'Messages per call', below: 'whole run' },
    ],
    rows: linkCosts.map(({ fault, link, latencyNs, calls, longestNs, roundTrips }) => ({
      cells: [
        plainText(fault, 64),
        plainText(link, 64),
        duration(latencyNs),
        count(calls),
        longestNs === null ? none() : duration(longestNs),
        roundTrips === null ? none('too few calls') : factor(roundTrips),
        messages?.perCall == null ? none('not counted') : factor(messages.perCall),
      ],
    })),
  });

export const errorTable = ({ errors: seenDuring }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'What the client saw while a fault was active',
    columns: [
      ...wordColumns('Fault', 'Kind'),
      { name: 'Calls ended' },
      { name: 'Of these ok' },
      { name: 'Failures as the client saw them', kind: 'text' },
    ],
    rows: seenDuring.map(({ fault, type, ended, ok, seen }) => ({
      cells: [
        plainText(fault, 64),
        type,
        count(ended),
        count(ok),
        seen
          .map(
            ({ errorClass, status, code, count: n }) =>
              `${errorClass}${status === 0 ? '' : `, HTTP ${status}`}` +
              `${code === 0 ? '' : `, JSON-RPC ${code}`}: ${count(n)}`,
          )
          .join('; ') || 'none',
      ],
    })),
  });

export const returnTable = ({ returns: rows }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'Return after an upstream lost its sessions',
    columns: [
      { name: 'Fault', kind: 'word' },
      { name: 'Calls came back', kind: 'text' },
      { name: 'Failed calls' },
      { name: 'Last failure', below: 'after the end' },
      { name: 'Sessions with an ok again' },
    ],
    rows: rows.map(({ fault, kind, failed, lastFailureNs, recoveredSessions, sessions }) => ({
      cells: [
        plainText(fault, 64),
        RETURNS[kind],
        count(failed),
        failed === 0 ? none() : duration(lastFailureNs),
        `${count(recoveredSessions)} of ${count(sessions)}`,
      ],
    })),
  });

export const breakerTable = ({ breakers: rows }: GatewaySummary): readonly Table[] =>
  tableOf({
    caption: 'Circuit breaker, inferred from refusals around a fault',
    columns: [
      ...wordColumns('Fault', 'Call'),
      { name: 'Failures that open it' },
      { name: 'Stays open' },
      { name: 'Openings' },
    ],
    rows: rows.map(({ fault, label, failures, openLowNs, openHighNs, openings }) => ({
      cells: [
        plainText(fault, 64),
        plainText(label, 64),
        count(failures),
        openHighNs === null ? lowerBound(duration(openLowNs)) : `${duration(openLowNs)} to ${duration(openHighNs)}`,
        count(openings),
      ],
    })),
  });
