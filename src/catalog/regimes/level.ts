/** One level of load, as a closed or an open loop: what `steady` and `soak` are made of. */
import { duration, durationOrZero, rateOrMultiple, whole } from '../grammar/index.js';
import { arrivals, eitherForm, NO_CHECK, phaseSchema, type DefaultWarmup, type PhaseText } from './regime.js';

export const phaseLength = () => duration('s', '8s').describe('Length of the schedule, warm-up included, drain not.');

const closed = {
  for: phaseLength(),
  concurrency: whole(1, 100_000).describe(
    'Closed loop: this many callers, each waiting for its answer before the next call.',
  ),
  think: durationOrZero('ms', '0ms')
    .describe(
      'Time a caller waits between an answer and its next call; the first calls are spread over one such time. ' +
        'Default: 0ms.',
    )
    .optional(),
};

const open = {
  for: phaseLength(),
  rate: rateOrMultiple().describe(
    'Open loop: calls arrive at this rate, however slow the target is. 0.5x is half the load line.',
  ),
  arrivals: arrivals(),
};

export function levelSchema<const N extends string>(regime: N, description: string, warmup: DefaultWarmup) {
  const closedForm = phaseSchema(
    regime,
    description,
    warmup,
    closed,
    ({ concurrency, think: thinkNs = 0, for: forNs }) => ({
      load: { kind: 'callers', concurrency, thinkNs, forNs },
      rates: [],
      check: checkConcurrency(concurrency),
    }),
    ', closed loop',
  );
  const openForm = phaseSchema(
    regime,
    description,
    warmup,
    open,
    ({ arrivals = 'constant', rate, for: forNs }) => ({
      load: { kind: 'stages', arrivals, stages: [{ label: 'main', rate, forNs }] },
      rates: [[['rate'], rate]],
      check: NO_CHECK,
    }),
    ', open loop',
  );
  return eitherForm(regime, ['concurrency', 'rate'], [closedForm, openForm]);
}

const checkConcurrency =
  (concurrency: number): PhaseText['check'] =>
  ({ mostInFlight, error }) => {
    if (concurrency <= mostInFlight.calls) return;
    error(['concurrency'], 'concurrency-unreachable', {
      what: `${concurrency} callers can't all have a call in flight: ${mostInFlight.reason}`,
      remedy:
        'raise protocol.sessions, protocol.in-flight-per-session or generator.max-in-flight, or lower the concurrency',
    });
  };
