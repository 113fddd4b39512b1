/**
 * The colours of pages in this frame, as variables: once for light and print, once for dark. Text has three inks. The
 * colours of arms are apart in lightness and hue, and each has a dash of its own, so that none depends on colour alone.
 */

/** Arms that have a colour and a dash of their own; further ones begin again. */
export const ARMS_WITH_A_STYLE = 8;

/** The class of an arm in pictures; the reference is 0. */
export const armClass = (index: number): string =>
  `arm${index === 0 ? 0 : ((index - 1) % (ARMS_WITH_A_STYLE - 1)) + 1}`;

export const LIGHT_PALETTE = `
--paper:#fff;--side:#f6f6f1;--ink:#14171b;--ink2:#454d57;--ink3:#616a74;--rule:#dcddd8;--grid:#ecede9;--sel:#e9edf2;
--pass:#0c6a49;--fail:#a3172a;--look:#8a5800;--fail-bg:#fbe9e8;--worse-bg:#f6eee0;--better-bg:#e6f3ec;
--fault:#f6e9da;--fault-ink:#8a4a10;--link:#0f4f8c;
--arm0:#69727c;--arm1:#0f5596;--arm2:#b3540e;--arm3:#1f7a63;--arm4:#8a2f7c;--arm5:#7a6400;
--arm6:#3d3f9e;--arm7:#9c2f45;`;

export const DARK_PALETTE = `
--paper:#0f1215;--side:#13171b;--ink:#eceef0;--ink2:#b2bac3;--ink3:#89929c;--rule:#2b3138;--grid:#1d2227;
--sel:#1f262d;--pass:#5cc79b;--fail:#ff8a94;--look:#e3b04b;--fail-bg:#3a191d;--worse-bg:#2c2517;--better-bg:#13291f;
--fault:#2a2118;--fault-ink:#e9b27c;--link:#86b9ef;
--arm0:#a3abb4;--arm1:#86b9ef;--arm2:#f0a063;--arm3:#6fd3b3;--arm4:#dc9bd2;--arm5:#d8c25a;
--arm6:#aab0f7;--arm7:#f4a0b0;`;
