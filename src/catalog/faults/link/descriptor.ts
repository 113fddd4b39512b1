/** What a file in this folder must hold: a fault on a link, from its text to what is asked of the fault engine. */
import { NS_PER_MS } from '../../../clock/index.js';
import type { z } from 'zod';
import { oneOf, share, type CheckReport } from '../../grammar/index.js';
import { faultSchema, when, type FaultConsequences } from '../common.js';

/** Which way the bytes flow that a toxic acts on: `downstream` is from the server to the client. */
export type Direction = 'downstream' | 'upstream';

/** Attribute values of a toxic as Toxiproxy's API takes them. */
export type ToxicAttributes = Readonly<Record<string, number>>;

/** A toxic as Toxiproxy's API takes it, without its name. */
export interface ToxicOf<T extends string> {
  readonly type: T;
  readonly stream: Direction;
  /** Share of connections it acts on, 0 to 1. */
  readonly toxicity: number;
  readonly attributes: ToxicAttributes;
}

/** What a fault asks of the fault engine. `down`: nothing listens, and live connections are closed. */
export type LinkActionOf<T extends string> =
  { readonly kind: 'toxic'; readonly toxic: ToxicOf<T> } | { readonly kind: 'down' };

/** One kind of fault on a link. `fault` is what the scenario says, with quantities in base units. */
export interface LinkFaultDescriptor<
  S extends z.ZodType = z.ZodType,
  T extends string = string,
> extends FaultConsequences {
  readonly schema: S;
  /** Reports what the schema can't see. */
  check(fault: z.output<S>, report: CheckReport): void;
  action(fault: z.output<S>): LinkActionOf<T>;
  /** Kind and attributes, for people: `latency 300ms +-50ms`. */
  words(fault: z.output<S>): string;
  /** Whether nothing passes the link while it is in force. */
  readonly stopsEverything: boolean;
}

export function linkFault<const S extends z.ZodType, const T extends string>(
  descriptor: LinkFaultDescriptor<S, T>,
): LinkFaultDescriptor<S, T> {
  return descriptor;
}

const COMMON = when('The link it affects.', 'upstream');

/** The text form of a fault on a link. @param summary one sentence for editors and the documentation. */
export const linkSchema = <const T extends string, F extends z.core.$ZodLooseShape>(
  type: T,
  summary: string,
  fields: F,
) => faultSchema(type, summary, COMMON, fields);

const ON_TRAFFIC = {
  direction: oneOf('direction', ['downstream', 'upstream'])
    .describe('downstream: from the server to the client (default).')
    .optional(),
  toxicity: share('100%').describe('Share of connections it affects. Default: 100%.').optional(),
};

/** Keys of a fault that acts on what passes. */
export const onTraffic = () => ON_TRAFFIC;

/** The toxic that a fault becomes. @param type as the API names it. */
export function toxic<const T extends string>(
  type: T,
  fault: { readonly direction?: Direction | undefined; readonly toxicity?: number | undefined },
  attributes: ToxicAttributes,
): LinkActionOf<T> {
  const { direction: stream = 'downstream', toxicity = 1 } = fault;
  return { kind: 'toxic', toxic: { type, stream, toxicity, attributes } };
}

/** No toxic: the proxy is disabled. */
export const DOWN: LinkActionOf<never> = { kind: 'down' };

/** The engine counts in whole milliseconds. */
export function wholeMs(key: string, ns: number | undefined, report: CheckReport): void {
  if (ns !== undefined && ns % NS_PER_MS !== 0)
    report.error([key], 'bad-quantity', {
      what: 'a link counts in whole milliseconds',
      remedy: `round it to ${Math.max(1, Math.round(ns / NS_PER_MS))}ms`,
    });
}
