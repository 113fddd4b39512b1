/**
 * Gateways of others that a scenario can start.
 *
 * Owns what each is: how it is installed, configured, started and addressed, how it names its upstreams' tools, and
 * what it can't do; one file each. Pure. Does not own: finding it on this machine and running it (`stack`).
 */
export type {
  ClientToken,
  GatewayAdapter,
  GatewayRequest,
  GatewayStart,
  GatewayUpstream,
  Readiness,
  VersionSource,
} from './adapter.js';
export { GATEWAYS, gatewayAdapter, installCommands, type GatewayName } from './list.js';
