/**
 * The types of toxic: one file each, and the list of them.
 *
 * Owns what each does to a stream of bytes, its attributes and which values it refuses. Does not own: sockets, timers,
 * the draw that decides which connections it acts on, or the API that sets it.
 */
import { bandwidth } from './bandwidth.js';
import type { ToxicKind } from './kind.js';
import { latency } from './latency.js';
import { limitData } from './limit-data.js';
import { noop } from './noop.js';
import { resetPeer } from './reset-peer.js';
import { slicer } from './slicer.js';
import { slowClose } from './slow-close.js';
import { timeout } from './timeout.js';

export type { Attributes, StageSetup, ToxicKind } from './kind.js';

const KINDS: ReadonlyMap<string, ToxicKind> = new Map(
  [latency, bandwidth, slowClose, timeout, resetPeer, slicer, limitData, noop].map((kind): [string, ToxicKind] => [
    kind.type,
    kind,
  ]),
);

/** The kind of a type as the API names it (case matters), or undefined. */
export function toxicKind(type: string): ToxicKind | undefined {
  return KINDS.get(type);
}
