/**
 * The types of toxic: one file each, and the list of them.
 *
 * Owns what each does to a stream of bytes, its attributes and which values it refuses. Does not own: sockets, timers,
 * the draw that decides which connections it acts on, or the API that sets it.
 */
import type { ToxicType } from '../../../catalog/index.js';
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

const KINDS = {
  latency,
  bandwidth,
  slow_close: slowClose,
  timeout,
  reset_peer: resetPeer,
  slicer,
  limit_data: limitData,
  noop,
} satisfies Readonly<Record<ToxicType | 'noop', ToxicKind>>;

/** The kind of a type as the API names it (case matters), or undefined. */
export function toxicKind(type: string): ToxicKind | undefined {
  const kinds: Readonly<Partial<Record<string, ToxicKind>>> = KINDS;
  return Object.hasOwn(kinds, type) ? kinds[type] : undefined;
}
