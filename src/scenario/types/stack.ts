/** What is under test. */
import type { GatewayName, Readiness } from '../../catalog/index.js';
import type { GatewayShape, ToolsMockOptions } from '../../protocol/index.js';
import type { LateText } from './text.js';

/** Something done each time a service has come up, before it counts as ready. */
export type AfterReadyStep<Text = LateText> =
  /** Done when it is answered with a status from 200 to 299. */
  | {
      readonly kind: 'request';
      readonly method: string;
      readonly url: Text;
      readonly headers: Readonly<Record<string, Text>>;
      readonly body: Text | null;
      readonly withinNs: number;
    }
  /** Done when it ends with exit code 0; it runs in the working folder of its service. */
  | {
      readonly kind: 'command';
      readonly command: readonly [Text, ...Text[]];
      readonly environment: Readonly<Record<string, Text>>;
      readonly withinNs: number;
    };

export type Service =
  | {
      readonly kind: 'mock';
      readonly name: string;
      readonly mock: 'tools';
      /** Host and port are decided when the stack comes up. */
      readonly options: Omit<ToolsMockOptions, 'host' | 'port'>;
      readonly readyWithinNs: number;
      /** CPUs that it is held to; undefined: it runs where it likes. */
      readonly cpus?: readonly number[];
    }
  | {
      /** Our own gateway, in front of services and links that are written above it. */
      readonly kind: 'gateway';
      readonly name: string;
      /** Names of services and links it sends calls on to, at least one. */
      readonly to: readonly string[];
      readonly options: GatewayShape;
      /** True when it is not written but stands for the replicas of a service, and takes no time of its own. */
      readonly front: boolean;
      readonly readyWithinNs: number;
      /** CPUs that it is held to; undefined: it runs where it likes. */
      readonly cpus?: readonly number[];
    }
  | {
      readonly kind: 'command';
      readonly name: string;
      readonly command: readonly [LateText, ...LateText[]];
      readonly environment: Readonly<Record<string, LateText>>;
      /** Absolute, resolved against the scenario file's folder. */
      readonly workingFolder: string;
      /** Name of this machine in its address, as a URL has it. */
      readonly host: string;
      /** Fixed port, or null: a free one is allocated and given as `${port}`. */
      readonly port: number | null;
      /** Path of the MCP endpoint, e.g. `/mcp`. */
      readonly path: string;
      readonly ready: Readiness;
      /** Contents of its files, by name; `${files}` is their folder. */
      readonly files: Readonly<Record<string, LateText>>;
      readonly afterReady: readonly AfterReadyStep[];
      readonly metrics?: ServerMetrics;
      readonly readyWithinNs: number;
      /** CPUs that it is held to; undefined: it runs where it likes. */
      readonly cpus?: readonly number[];
    }
  | {
      /** A gateway of others, started by its adapter, in front of services and links that are written above it. */
      readonly kind: 'adapted';
      readonly name: string;
      readonly gateway: GatewayName;
      /** Names of services and links whose tools it shows, at least one. */
      readonly to: readonly string[];
      /** Added to those of its adapter. */
      readonly environment: Readonly<Record<string, LateText>>;
      readonly readyWithinNs: number;
      /** CPUs that it is held to; undefined: it runs where it likes. */
      readonly cpus?: readonly number[];
    }
  | {
      readonly kind: 'url';
      readonly name: string;
      readonly url: LateText;
      /** Where the resources of a server that is already there are read. */
      readonly resources?: WatchedElsewhere;
      readonly metrics?: ServerMetrics;
    };

/** Metrics of a server itself, on a page in the text format of Prometheus. */
export interface ServerMetrics {
  readonly url: LateText;
  /** Names, with labels or without. */
  readonly names: readonly string[];
}

/** A process that the scenario did not start. */
export type WatchedElsewhere =
  | { readonly kind: 'pid'; readonly pid: number }
  /** The standard metrics of a process in the text format of Prometheus. */
  | { readonly kind: 'prometheus'; readonly url: LateText };

/** A Toxiproxy proxy in front of a service. */
export interface Link {
  readonly name: string;
  /** Name of a service. */
  readonly to: string;
}

export type Target =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'url'; readonly url: LateText }
  | {
      readonly kind: 'stdio';
      readonly command: readonly [LateText, ...LateText[]];
      readonly environment: Readonly<Record<string, LateText>>;
      readonly workingFolder: string;
    };

/** Spans that are received from the tracers of the servers. */
export interface SpanReception {
  /** Null: a free one. */
  readonly port: number | null;
  /** What the names of the spans begin with that are the work; null: all of a server's time is service. */
  readonly work: string | null;
}

export interface Stack {
  readonly services: readonly Service[];
  readonly links: readonly Link[];
  readonly target: Target;
  /** Absent: none are received. */
  readonly spans?: SpanReception;
}

/** Where calls go, with every late text filled in. */
export type CallTarget =
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      /** Set where messages travel by the HTTP+SSE transport of MCP 2024-11-05 instead of Streamable HTTP. */
      readonly transport?: 'http-sse';
    }
  | {
      readonly kind: 'stdio';
      readonly command: readonly [string, ...string[]];
      readonly environment: Readonly<Record<string, string>>;
      readonly workingFolder: string;
    };
