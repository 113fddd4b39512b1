/** The mock's seeded service times, without the mock. */
import type { ToolsMockOptions } from '../../src/protocol/index.js';
import { serviceTimes } from '../../mock-servers/index.js';

/** The service time of the n-th arrival, drawn anew from the seed. */
export function drawnAnew(options: ToolsMockOptions): (arrival: number) => number {
  const next = serviceTimes(options);
  const drawn: number[] = [];
  return (arrival) => {
    while (drawn.length <= arrival) drawn.push(next());
    return drawn[arrival] ?? NaN;
  };
}
