/** The `gateway` mock as a server on one port. */
import {
  gatewayOptions,
  type GatewayMockOptions,
  type GatewayTruthLine,
  type GatewayWindow,
} from '../../src/protocol/index.js';
import { GUEST, type MockHost } from '../process/host.js';
import { HttpServer } from '../wire/http-server.js';
import { Gateway, type GatewayState } from './gateway.js';

/** A gateway that listens. */
export interface GatewayMock {
  readonly options: GatewayMockOptions;
  readonly port: number;
  readonly url: string;
  /** Same as `GET /plimsoll/truth`. */
  readonly truth: () => readonly GatewayTruthLine[];
  /** Same as `GET /plimsoll/windows`. */
  readonly windows: () => readonly GatewayWindow[];
  readonly state: () => GatewayState;
  /** Closes the port and every connection, at once. May be called again. */
  readonly stop: () => Promise<void>;
}

/** @throws ProblemError `bad-input` for impossible options, `preflight` when the port cannot be taken. */
export async function startGatewayMock(
  partial: Partial<GatewayMockOptions>,
  within: MockHost = GUEST,
): Promise<GatewayMock> {
  const options = gatewayOptions(partial);
  const gateway = new Gateway(options, within);
  const server = new HttpServer();
  const { port, url } = await server.listen('gateway', options, (...exchange) => gateway.answer(...exchange));
  return {
    options: { ...options, port },
    port,
    url,
    truth: () => [...gateway.truth.rows()],
    windows: () => [...gateway.truth.windows()],
    state: () => gateway.state,
    stop: () => {
      gateway.stop();
      return server.stop();
    },
  };
}
