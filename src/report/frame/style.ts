/** The style sheet of pages in this frame, without what only one kind of page has. */
import { ARMS_WITH_A_STYLE, DARK_PALETTE, LIGHT_PALETTE } from './palette.js';

/** Dashes of the arms: the reference first, whose line is dashed, and the first candidate solid. */
const DASHES = ['5 3', '', '8 3', '2 2', '8 3 2 3', '1 3', '12 3', '4 2 1 2'] as const;

const ARM_RULES = Array.from(
  { length: ARMS_WITH_A_STYLE },
  (_, arm) => `.arm${arm}{--arm:var(--arm${arm})}.arm${arm} .line{stroke-dasharray:${DASHES[arm] || 'none'}}`,
).join('\n');

export const FRAME_STYLE = `
:root{color-scheme:light dark;${LIGHT_PALETTE}}
@media (prefers-color-scheme:dark){:root{${DARK_PALETTE}}}
@media print{:root{color-scheme:light;${LIGHT_PALETTE}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:12px}
body{margin:0;background:var(--paper);color:var(--ink);font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.skip{position:absolute;left:-999px}
.skip:focus{left:16px;top:8px;background:var(--paper);padding:8px 12px;z-index:2;border:1px solid var(--ink3)}
.defs{position:absolute}
.frame{display:grid;grid-template-columns:192px minmax(0,1088px);min-height:100vh}
nav{background:var(--side);border-right:1px solid var(--rule)}
nav .stay{position:sticky;top:0;display:flex;flex-direction:column;max-height:100vh;overflow-y:auto}
.brand{position:relative;margin:0;padding:20px 16px 14px 46px;font-size:15px;font-weight:700}
.brand .mark{position:absolute;left:16px;top:20px;width:22px;height:22px}
.brand span{display:block;font-weight:400;color:var(--ink3);font-size:12px}
nav ol,.signs{list-style:none;margin:0;padding:0}
nav a{display:flex;align-items:center;gap:8px;padding:6px 10px 6px 16px;color:var(--ink);text-decoration:none}
nav a b{font-weight:500;overflow-wrap:normal}
nav a:hover{background:var(--sel)}
nav a span{margin-left:auto;color:var(--ink3);font-size:11px;text-align:right;min-width:0;overflow:hidden;
text-overflow:ellipsis;white-space:nowrap;flex-shrink:999}
.signs{margin-top:20px;padding:12px 16px;border-top:1px solid var(--rule);font-size:11px;color:var(--ink3)}
.signs li{display:flex;align-items:center;gap:8px;padding:2px 0}
.signs .sign{width:11px;height:11px}
.sign{flex:none;vertical-align:-2px}
main{padding:14px 28px 64px;min-width:0}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
h1{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;margin:0;font-size:26px;line-height:30px}
h1 small{font-size:15px;font-weight:400;color:var(--ink2)}
h1 .sign{width:26px;height:26px}
h2{font-size:15px;line-height:20px;margin:28px 0 8px;text-wrap:balance}
h2 small{font-size:12px;font-weight:400;color:var(--ink3);margin-left:8px}
h3{font-size:13px;margin:0 0 2px}
p{margin:0;text-wrap:pretty}
.good{color:var(--pass)}.bad{color:var(--fail)}.unsure{color:var(--look)}.quiet{color:var(--ink3)}
.thin{color:var(--ink2)}
.note{font-size:12px;color:var(--ink2);margin-top:8px;max-width:100ch}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-size:12px;font-weight:400;color:var(--ink3);text-align:left;padding:4px 10px 4px 0;vertical-align:bottom}
td{padding:3px 8px 3px 0;border-top:1px solid var(--grid);vertical-align:middle}
td.n,th.n{text-align:right;white-space:nowrap}
tbody th{font-size:13px;color:var(--ink)}
ul.plain{margin:0;padding:0 0 0 18px;max-width:100ch}
ul.plain li{margin:2px 0}
details{margin-top:4px}
summary{cursor:pointer;padding:6px 0;color:var(--link)}
svg text{fill:var(--ink3);font-size:11px;font-family:inherit}
.grid{stroke:var(--grid)}.base{stroke:var(--ink3)}
.beyond{fill:url(#hatch);color:var(--ink2)}
${ARM_RULES}
.line{fill:none;stroke:var(--arm);stroke-width:1.8;stroke-linejoin:round}
.band{fill:var(--arm);opacity:.16}
text.label{fill:var(--arm);font-weight:700;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
footer{margin-top:32px;padding-top:12px;border-top:1px solid var(--rule);color:var(--ink3);font-size:12px}
@media screen and (max-width:820px){
.frame{display:block}
nav{border:0;border-bottom:1px solid var(--rule)}
nav .stay{position:static;max-height:none}
.brand{padding:12px 16px 6px 46px}.brand .mark{top:12px}
.brand span{display:inline;margin-left:8px}
nav ol{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:0 8px;padding:0 8px 8px}
nav a{height:36px;padding:0 8px}nav a b{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
nav a span,.signs{display:none}
main{padding:16px 16px 48px}
h1{font-size:23px}
}
@media print{
@page{size:A4;margin:14mm}
nav,.skip{display:none}.frame{display:block}main{padding:0}
h2,h3,thead{break-after:avoid}
tr,figure,.keep{break-inside:avoid}
details::details-content{content-visibility:visible;block-size:auto}
summary{list-style:none;color:var(--ink);font-weight:700}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}`;
