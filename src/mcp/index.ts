/**
 * How one MCP call travels: wire clients, sessions, the official SDK for preflight, and what an answer means.
 *
 * Owns transports (HTTP/1.1 of our own, stdio), JSON-RPC, sessions, the oracle that judges answers, the classing of
 * outcomes, arguments, the preflight, and the session that watches the tool list. Does not own: how many calls are made
 * or when (`load`).
 */
export type {
  AttemptSlot,
  RequestGenerator,
  CallTarget,
  Channel,
  ChannelSet,
  ChannelSetup,
  MakeRequestGenerator,
  OpenChannels,
} from './channel.js';
export { makeRequestGenerator } from './operations/index.js';
export { openChannels } from './open.js';
export { watchContract, type RunningContractWatch } from './contract/index.js';
export { preflight, type PreflightReport, type PreflightSetup } from './preflight/index.js';
