/** Reading the times our gateways keep of themselves. */
import { CONTROL_PATHS, gatewayWindow, readObject } from '../protocol/index.js';
import type { GatewayRow } from '../record/index.js';

/** The windows of a gateway, out of the NDJSON it reports them in. */
export function gatewayRows(gateway: string, text: string, monotonicEpochNs: bigint): GatewayRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { fromNs, ...sums } = readObject(gatewayWindow, CONTROL_PATHS.windows, JSON.parse(line));
      return { gateway, fromNs: Number(BigInt(fromNs) - monotonicEpochNs), ...sums };
    });
}
