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

/** All windows of the gateway at `mcpUrl`; none when it can't be reached (it died; the run's events say why). */
export async function readGatewayTimes(gateway: string, mcpUrl: string, monotonicEpochNs: bigint): Promise<GatewayRow[]> {
  let text: string;
  try {
    const response = await fetch(new URL('/plimsoll/windows', mcpUrl), { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) return [];
    text = await response.text();
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { fromNs, ...sums } = windowRow.parse(JSON.parse(line));
      return { gateway, fromNs: Number(BigInt(fromNs) - monotonicEpochNs), ...sums };
    });
}
