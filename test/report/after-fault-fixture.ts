/** Aftermaths made by hand: of a fault that was got over, and of one that was not. */
import type { AfterFault, HiddenCapacity, Hysteresis } from '../../src/analysis/index.js';

const MS = 1e6;
const S = 1e9;

export const cameBack: AfterFault = {
  metastability: {
    verdict: 'recovered',
    reason: null,
    offeredPerSecond: 300,
    baselinePerSecond: 300,
    goodputPerSecond: 297,
    observedNs: 10 * S,
    recoveredAfterNs: 1.25 * S,
  },
  amplification: {
    before: { calls: 1_500, attempts: 1_500, perCall: 1, failedShare: 0, expectedPerCall: 1 },
    during: { calls: 1_500, attempts: 3_750, perCall: 2.5, failedShare: 0.8, expectedPerCall: 2.44 },
    after: { calls: 3_000, attempts: 3_030, perCall: 1.01, failedShare: 0.0099, expectedPerCall: 1.0099 },
  },
  storm: {
    attempts: { peakBeforePerSecond: 304, peakAfterPerSecond: 912, factor: 3 },
    connections: { peakBeforePerSecond: 0, peakAfterPerSecond: 48, factor: null },
    sessions: { peakBeforePerSecond: 0, peakAfterPerSecond: 16, factor: null },
  },
  burstiness: { binNs: 10 * MS, before: 0.04, after: 6.2 },
  blastRadius: {
    routes: [
      {
        label: 'search',
        touched: true,
        offeredBefore: 1_200,
        goodBefore: 1_200,
        offeredDuring: 1_200,
        goodDuring: 60,
        loss: 0.95,
      },
      {
        label: 'book',
        touched: false,
        offeredBefore: 300,
        goodBefore: 300,
        offeredDuring: 300,
        goodDuring: 225,
        loss: 0.25,
      },
    ],
    radius: 0.25,
    reason: null,
  },
  breaker: {
    kind: 'inferred',
    spans: [
      { state: 'closed', fromNs: 0, toNs: 1 * S, attempts: 900, refused: 0, reached: 40 },
      { state: 'open', fromNs: 1 * S, toNs: 5.5 * S, attempts: 3_000, refused: 3_000, reached: 0 },
      { state: 'half-open', fromNs: 5.5 * S, toNs: 6 * S, attempts: 200, refused: 120, reached: 80 },
      { state: 'closed', fromNs: 6 * S, toNs: 10 * S, attempts: 1_200, refused: 0, reached: 1_200 },
    ],
  },
};

export const stayedDown: AfterFault = {
  ...cameBack,
  metastability: {
    verdict: 'metastable',
    reason: null,
    offeredPerSecond: 300,
    baselinePerSecond: 300,
    goodputPerSecond: 12,
    observedNs: 4.75 * S,
    recoveredAfterNs: null,
  },
  storm: null,
  burstiness: { binNs: 10 * MS, before: 0.04, after: null },
  blastRadius: {
    routes: [
      {
        label: 'search',
        touched: true,
        offeredBefore: 1_200,
        goodBefore: 1_200,
        offeredDuring: 600,
        goodDuring: 0,
        loss: 1,
      },
    ],
    radius: null,
    reason: 'no-untouched-route',
  },
  breaker: { kind: 'unknown', reason: 'no-stamps' },
};

export const hiddenCapacity: HiddenCapacity = {
  type: 'down',
  on: 'upstream',
  forNs: 2 * S,
  faults: [
    { fault: 'cut', ratePerSecond: 300, verdict: 'metastable' },
    { fault: 'cut-slowly', ratePerSecond: 150, verdict: 'recovered' },
  ],
  recoveredPerSecond: 150,
  failedPerSecond: 300,
  reason: null,
  predictedPerSecond: 200,
  retries: 2,
};

export const loop: Hysteresis = {
  phase: 'overload',
  up: [50, 100, 150].map((ratePerSecond) => ({ ratePerSecond, goodputPerSecond: ratePerSecond, p99Ns: 20 * MS })),
  down: [50, 100, 150].map((ratePerSecond) => ({ ratePerSecond, goodputPerSecond: ratePerSecond / 2, p99Ns: 70 * MS })),
  p99: { fromPerSecond: 50, toPerSecond: 150, area: 5_000 * MS, meanGap: 50 * MS },
  goodput: { fromPerSecond: 50, toPerSecond: 150, area: 5_000, meanGap: 50 },
  reason: null,
};
