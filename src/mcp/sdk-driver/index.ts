/**
 * Calls by the client of the official SDK, as an application makes them (`protocol.driver: sdk`).
 *
 * Owns a session of that client as a channel of the load. Does not own: connecting the client and reading its errors
 * (`preflight`), or what its answers mean (`oracle`).
 */
export { SdkChannel, type SdkChannelSetup } from './channel.js';
