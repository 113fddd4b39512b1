/** One level of load, as a closed or an open loop: what `steady` and `soak` are made of. */
import { durationOrZero, map, rateOrMultiple, whole } from '../grammar/index.js';
import type { PhaseStage } from './load.js';
import {
  arrivals,
  eitherForm,
  NO_CHECK,
  phaseHead,
  phaseLength,
  phaseTail,
  phaseText,
  type DefaultWarmup,
  type PhaseText,
} from './regime.js';

export function levelSchema<const N extends string>(regime: N, description: string, warmup: DefaultWarmup) {
  const closed = map({
    ...phaseHead(regime, description),
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
    ...phaseTail(warmup),
  })
    .meta({ title: `${regime}, closed loop`, description })
    .transform((text) =>
      phaseText(text, warmup, {
        load: { kind: 'callers', concurrency: text.concurrency, thinkNs: text.think ?? 0, forNs: text.for },
        rates: [],
        check: checkConcurrency(text.concurrency),
      }),
    );
  const open = map({
    ...phaseHead(regime, description),
    for: phaseLength(),
    rate: rateOrMultiple().describe(
      'Open loop: calls arrive at this rate, however slow the target is. 0.5x is half the load line.',
    ),
    arrivals: arrivals(),
    ...phaseTail(warmup),
  })
    .meta({ title: `${regime}, open loop`, description })
    .transform((text) => {
      const stage: PhaseStage = { label: 'main', rate: text.rate, forNs: text.for };
      return phaseText(text, warmup, {
        load: { kind: 'stages', arrivals: text.arrivals ?? 'constant', stages: [stage] },
        rates: [[['rate'], text.rate]],
        check: NO_CHECK,
      });
    });
  return eitherForm(regime, ['concurrency', 'rate'], [closed, open]);
}

const checkConcurrency =
  (concurrency: number): PhaseText['check'] =>
  ({ mostInFlight, error }, path) => {
    if (concurrency <= mostInFlight.calls) return;
    error(
      [...path, 'concurrency'],
      'value',
      'concurrency-unreachable',
      `${concurrency} callers can't all have a call in flight: ${mostInFlight.reason}`,
      'raise protocol.sessions, protocol.in-flight-per-session or generator.max-in-flight, or lower the concurrency',
    );
  };
