/** What there is to know of a gateway that a scenario can start: `{ gateway: fastmcp, to: [a, b] }`. */
import type { Era } from '../operations/index.js';

/** When a spawned service counts as ready. */
export type Readiness =
  /** An HTTP request to this path is answered with any status below 500. */
  | { readonly kind: 'http'; readonly path: string }
  /** The port accepts a TCP connection. */
  | { readonly kind: 'tcp' }
  /** A line of stdout or stderr matches this regular expression. */
  | { readonly kind: 'line'; readonly pattern: string };

/** How a gateway is installed, with the versions that were tried. */
export type Install =
  | { readonly from: 'apt'; readonly packages: readonly string[] }
  | { readonly from: 'pypi'; readonly packages: readonly string[] }
  | { readonly from: 'npm'; readonly packages: readonly string[] }
  | { readonly from: 'cargo'; readonly crate: string; readonly version: string; readonly flags: readonly string[] };

/** Where the version of the installed gateway is read. */
export type VersionSource =
  /** What a program prints; the first group of the pattern is the version. */
  | { readonly by: 'output'; readonly parameters: readonly string[]; readonly pattern: RegExp }
  /** `package.json` of the npm package that its last program belongs to. */
  | { readonly by: 'npm'; readonly package: string }
  /** What cargo notes beside the programs that it installed. */
  | { readonly by: 'cargo'; readonly crate: string }
  /** The Python distribution that its program belongs to. */
  | { readonly by: 'pypi'; readonly distribution: string };

/** How the token that clients show is made from the secret of the run. */
export type ClientToken =
  /** It is the secret itself. */
  | { readonly kind: 'random' }
  /** A JSON Web Token with these claims, valid for the run, signed with the secret (HS256). */
  | { readonly kind: 'jwt'; readonly claims: Readonly<Record<string, unknown>> };

/** An MCP server behind a gateway. */
export interface GatewayUpstream {
  /** Name of its service. */
  readonly name: string;
  /** Of its MCP endpoint: plain http, on this machine, maybe that of a link. */
  readonly url: string;
}

export interface GatewaySetup {
  /** It listens there, on 127.0.0.1. */
  readonly port: number;
  readonly upstreams: readonly [GatewayUpstream, ...GatewayUpstream[]];
  /** The path of one of its programs. */
  readonly program: (name: string) => string;
  /** Absolute path of the folder that its files are written to. */
  readonly folder: string;
  /** Of a gateway that has a token: the secret made for this run, `sk-` and 32 hexadecimal digits. */
  readonly secret: string;
  /** And the token that clients show. */
  readonly token: string;
}

/** A request by which a gateway is given something once it is up: answered with a status from 200 to 299. */
export interface GatewayRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON, by POST. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface GatewayStart {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Contents by name; they stand in the setup's folder before the command starts. */
  readonly files: Readonly<Record<string, string>>;
  /** What it is asked for when it is up, one after the other, before it counts as ready. */
  readonly requests?: readonly GatewayRequest[];
}

/** One gateway. Functions are pure: what is installed, and that it is ready, is for the stack to find out. */
export interface GatewayAdapter {
  /** For people. */
  readonly title: string;
  readonly install: Install;
  /** Names of its programs; the first is started. */
  readonly programs: readonly [string, ...string[]];
  readonly version: VersionSource;
  /** The version that this adapter was made with, and the oldest that it is known to fit. */
  readonly tried: string;
  readonly oldest: string;
  /** Eras of the protocol that it speaks with its clients. */
  readonly eras: readonly Era[];
  /** How messages travel between it and its clients. Default: Streamable HTTP. */
  readonly transport?: 'http-sse';
  /** Whether it shows the tools of several upstreams as one server's. */
  readonly federates: boolean;
  /** Path of its MCP endpoint; null: that of its upstream. */
  readonly path: string | null;
  readonly ready: Readiness;
  readonly readyWithinNs: number;
  /** What clients have to show, as a bearer token that is made for the run; null: nothing. */
  readonly token: ClientToken | null;
  /**
   * The name by which clients know an upstream's tool.
   * @param upstreams how many there are.
   */
  toolName(upstream: string, tool: string, upstreams: number): string;
  start(setup: GatewaySetup): GatewayStart;
  /** What of its workers and limits is set, and what it has by itself. One sentence, printed. */
  readonly tuning: string;
  /** What it can't do. Sentences, printed. */
  readonly lacks: readonly string[];
  /** Terms of its licence that restrict publishing what was measured; null where none is known. */
  readonly licenceNote: string | null;
}

/** The tool's own name, of a gateway that passes tools through. */
export const sameName = (_upstream: string, tool: string): string => tool;

/** Host, port and path of an upstream. */
export function placeOfUpstream({ url }: GatewayUpstream): {
  readonly host: string;
  readonly port: number;
  readonly path: string;
} {
  const { hostname, port, pathname, search } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port), path: pathname + search };
}

/** What proxies have in common that know no MCP, and pass what they are sent on to one upstream. */
export const REVERSE_PROXY = {
  eras: ['session', 'stateless'],
  federates: false,
  path: null,
  ready: { kind: 'tcp' },
  readyWithinNs: 10e9,
  token: null,
  toolName: sameName,
  lacks: ['It knows no MCP: sessions, tools and names are those of its one upstream.'],
  licenceNote: null,
} as const satisfies Partial<GatewayAdapter>;
