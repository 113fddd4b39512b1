/** What travels in `_meta` between the harness and a mock (MCP 2025-11-25, Base Protocol, General fields, `_meta`). */

/** Key in a request's `params._meta`: the id of the logical call, a string, the same for each of its attempts. */
export const META_CALL = 'plimsoll/call';

/**
 * Key in a request's `params._meta`: how long the attempt may take, nanoseconds as a decimal string. A duration and no
 * moment, so that it needs no clock in common; it counts from when the request was received.
 */
export const META_TIMEOUT = 'plimsoll/timeout-ns';

/** Key in a request's `params._meta`: the W3C trace context of the call (MCP 2025-11-25, `_meta`, OpenTelemetry). */
export const META_TRACEPARENT = 'traceparent';

/** What stands in an argument before the number of the call: where a gateway drops `_meta`, arguments still arrive. */
export const ARGUMENT_NONCE = 'plimsoll-call-';

/** Key in a result's `_meta`: an `UpstreamStamps`. */
export const META_STAMPS = 'plimsoll/stamps';

/**
 * The upstream's own times, absolute CLOCK_MONOTONIC nanoseconds of its host as decimal strings (JSON numbers lose
 * nanoseconds after 104 days of uptime). Never negative differences: received <= started <= finished.
 */
export interface UpstreamStamps {
  /** The whole request was there. */
  readonly received: string;
  /** Service began; until then the call was queued. */
  readonly started: string;
  /** Service had ended and the answer was handed to the socket. */
  readonly finished: string;
}

/**
 * Key in a result's `_meta`, for servers without a clock in common with ours: how long the call waited and was served,
 * as `{ "queue-ms": 1.5, "service-ms": 12 }`. Without `queue-ms` it is 0.
 */
export const META_DURATIONS = 'plimsoll/durations';

/** Key in a result's `_meta`: a list of `GatewayStamps`, one for each gateway on the way, the innermost first. */
export const META_GATEWAYS = 'plimsoll/gateways';

/** A gateway's own times, in the form of `UpstreamStamps`. received <= started <= forwarded <= answered. */
export interface GatewayStamps {
  readonly gateway: string;
  /** Where it sent the call. */
  readonly upstream: string;
  /** The whole request was there. */
  readonly received: string;
  /** A worker of the gateway took it up. */
  readonly started: string;
  /** The worker was done with it, and it was sent on. */
  readonly forwarded: string;
  /** The upstream's whole answer was there. */
  readonly answered: string;
}
