/** Reading the times our gateways keep of themselves. */
import { z } from 'zod';
import type { GatewayRow } from '../record/index.js';

const windowRow = z.object({
  fromNs: z.string(),
  windowNs: z.number(),
  forwarded: z.number(),
  queueNs: z.number(),
  serviceNs: z.number(),
  answered: z.number(),
  upstreamNs: z.number(),
});

/** Where a gateway tells its windows. */
export const GATEWAY_WINDOWS = '/plimsoll/windows';

/** The windows of a gateway, out of the NDJSON it tells them in. */
export function gatewayRows(gateway: string, text: string, monotonicEpochNs: bigint): GatewayRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { fromNs, ...sums } = windowRow.parse(JSON.parse(line));
      return { gateway, fromNs: Number(BigInt(fromNs) - monotonicEpochNs), ...sums };
    });
}
