/** Tokens that gateways of others want of their clients, made for one run of a stack. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { gatewayAdapter, type ClientToken, type GatewayName } from '../catalog/index.js';
import { keepSecrets } from '../secrets/index.js';

export interface GatewayToken {
  /** What the gateway is started with: `sk-` and 32 hexadecimal digits. */
  readonly secret: string;
  /** What its clients send as a bearer token. */
  readonly token: string;
}

/** One for all gateways of a kind: a front sends a call with its token to any replica. */
export class ClientTokens {
  readonly #made = new Map<GatewayName, GatewayToken>();

  /** Null for a gateway that wants none. */
  of(gateway: GatewayName): GatewayToken | null {
    const { token: kind } = gatewayAdapter(gateway);
    if (kind === null) return null;
    const known = this.#made.get(gateway);
    if (known !== undefined) return known;
    const secret = `sk-${randomBytes(16).toString('hex')}`;
    const made = { secret, token: clientToken(kind, secret) };
    keepSecrets(
      new Map([
        [`key of ${gateway}`, made.secret],
        [`token of ${gateway}`, made.token],
      ]),
    );
    this.#made.set(gateway, made);
    return made;
  }
}

const TOKEN_VALID_S = 24 * 3600;

function clientToken(kind: ClientToken, secret: string): string {
  if (kind.kind === 'random') return secret;
  const issuedS = Math.floor(Date.now() / 1000);
  const claims = { ...kind.claims, iat: issuedS, exp: issuedS + TOKEN_VALID_S, jti: randomUUID() };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
