/**
 * The colours of a run's report beside those of the frame, as variables: once for light and print, once for dark.
 * Outcomes: a failure is at least 20 CIE L* from success, classes of like tone have another hatch (`OUTCOME_DEFS`), and
 * the graver one is, the further it is from the paper, in the same order on light and dark paper.
 */
import { DARK_PALETTE, LIGHT_PALETTE } from '../frame/index.js';

/** Names that figures use for colours of the frame. */
const NAMES = `
--muted:var(--ink3);--card:var(--paper);--line:var(--rule);--axis:var(--ink3);--sunk:var(--sel);--accent:var(--link);
--bad:var(--fail);--unsure:var(--look);`;

export const RUN_LIGHT = `${NAMES}
--good:#0c6a49;--good-bg:#e3f3ed;--bad-bg:#fbe9e8;--unsure-bg:#f6eee0;
--c-good:#b4dccd;--c-late:#9580c4;--c-timeout:#a23a4b;--c-shed:#c68828;--c-transport:#7c8ca6;
--c-refused:#6b7a2f;--c-tool:#7a5a2e;--c-wrong:#33194a;--c-generator:#616a74;
--c-goodput:#1f7a63;--c-offered:#14171b;--c-response:#0f5596;--c-counted:#b3540e;--c-service:#8a2f7c;
--c-queue:#2f6ba6;--c-inflight:#5b87b5;
--lat50:#0f3b68;--lat90:#86acd3;--lat99:#c9dcee;
--c-fault:#8a4a10;--c-fault-band:#f6e9da;--c-phase-even:#e9edf2;--c-phase-odd:#f0f2ee;
--c-baseline:#616a74;--c-baseline-band:rgba(31,122,99,.12);--c-dip:rgba(162,58,75,.34);--c-deadline:#a3172a;
--s-client-queue:#cc79a7;--s-schedule-lag:#efe35c;--s-outbound-hop:#2f83bd;--s-upstream-queue:#e69f00;
--s-service:#6fc0ec;--s-return-hop:#2fb58d;--on-stage:#10181f;
--h1:#d8efe6;--h2:#b0ddd2;--h3:#82c8c2;--h4:#53aeb3;--h5:#3590a4;--h6:#2a7090;--h7:#255178;--h8:#1b325a;`;

export const RUN_DARK = `${NAMES}
--good:#5cc79b;--good-bg:#13291f;--bad-bg:#3a191d;--unsure-bg:#2c2517;
--c-good:#24503f;--c-late:#8c7cca;--c-timeout:#da828f;--c-shed:#a8751f;--c-transport:#7c8ca6;
--c-refused:#8c955d;--c-tool:#ba946a;--c-wrong:#fffbe6;--c-generator:#8f98a2;
--c-goodput:#6fd3b3;--c-offered:#eceef0;--c-response:#86b9ef;--c-counted:#f0a063;--c-service:#dc9bd2;
--c-queue:#86b9ef;--c-inflight:#6f9fd0;
--lat50:#d7e8f9;--lat90:#4c7db0;--lat99:#264562;
--c-fault:#e9b27c;--c-fault-band:#2a2118;--c-phase-even:#1f262d;--c-phase-odd:#171c21;
--c-baseline:#a3abb4;--c-baseline-band:rgba(111,211,179,.14);--c-dip:rgba(218,130,143,.42);--c-deadline:#ff8a94;
--s-client-queue:#d58fb8;--s-schedule-lag:#e8dc5a;--s-outbound-hop:#4f9fd6;--s-upstream-queue:#f0b040;
--s-service:#7cc8f2;--s-return-hop:#45c29b;--on-stage:#10181f;
--h1:#16323b;--h2:#194a54;--h3:#1d666d;--h4:#278380;--h5:#43a38c;--h6:#74c294;--h7:#afdf9e;--h8:#f1f6b4;`;

/** All colours of a light page. */
export const LIGHT = `${LIGHT_PALETTE}${RUN_LIGHT}`;

export const COLOUR_RULES = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK_PALETTE}${RUN_DARK}}}
@media print{:root{${LIGHT}}}`;
