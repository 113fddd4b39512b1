/** The style sheet of the comparison's page. Colours are variables: once for light and print, once for dark. */

const LIGHT = `
--paper:#fff;--side:#f6f6f1;--ink:#14171b;--ink2:#454d57;--ink3:#69727c;--rule:#dcddd8;--grid:#ecede9;--sel:#e9edf2;
--pass:#0c6a49;--fail:#a3172a;--look:#8a5800;--fail-bg:#fbe9e8;--candidate:#0f5596;--reference:#69727c;`;

const DARK = `
--paper:#0f1215;--side:#13171b;--ink:#eceef0;--ink2:#b2bac3;--ink3:#89929c;--rule:#2b3138;--grid:#1d2227;
--sel:#1f262d;--pass:#5cc79b;--fail:#ff8a94;--look:#e3b04b;--fail-bg:#33171a;--candidate:#86b9ef;--reference:#89929c;`;

export const COMPARISON_STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media print{:root{color-scheme:light;${LIGHT}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:13px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans","Liberation Sans",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.frame{display:grid;grid-template-columns:192px minmax(0,1088px);min-height:100vh}
nav{background:var(--side);border-right:1px solid var(--rule);padding:20px 0}
nav .stay{position:sticky;top:20px}
nav p{margin:0 16px 16px;font-weight:700}
nav p span{display:block;font-weight:400;color:var(--ink3);font-size:12px}
nav ol{list-style:none;margin:0;padding:0}
nav a{display:flex;justify-content:space-between;gap:8px;padding:6px 16px;color:var(--ink);text-decoration:none;
overflow-wrap:normal}
nav a:hover{background:var(--sel)}
nav a span{color:var(--ink3);font-size:12px}
main{padding:20px 28px 64px;min-width:0}
a{color:var(--candidate)}
:focus-visible{outline:2px solid var(--candidate);outline-offset:2px}
h1{display:flex;flex-wrap:wrap;align-items:center;gap:12px;margin:0;font-size:26px;line-height:30px}
h1 small{font-size:15px;font-weight:400;color:var(--ink2)}
h1 svg{width:26px;height:26px;flex:none}
h2{font-size:15px;margin:28px 0 8px}
h2 small{font-size:12px;font-weight:400;color:var(--ink3);margin-left:8px}
h3{font-size:13px;margin:16px 0 4px}
.finding{font-size:16px;line-height:1.45;margin:12px 0 0;max-width:80ch}
.arms{display:flex;flex-wrap:wrap;gap:6px 24px;margin:16px 0 0;padding:10px 0;border:solid var(--rule);
border-width:1px 0;color:var(--ink2)}
.arms b{color:var(--ink)}
.good{color:var(--pass)}.bad{color:var(--fail)}.unsure{color:var(--look)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th{font-size:12px;font-weight:400;color:var(--ink3);text-align:left;padding:4px 10px 4px 0;vertical-align:bottom}
td{padding:3px 8px 3px 0;border-top:1px solid var(--grid);vertical-align:middle}
td.n,th.n{text-align:right;white-space:nowrap}
td.name{white-space:nowrap;overflow-wrap:normal}td.where{min-width:120px;overflow-wrap:normal}
td.limit{text-align:right;max-width:84px;overflow-wrap:normal}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr.bad td{background:var(--fail-bg);color:var(--ink);font-weight:700}
tr.bad td.thin{font-weight:400}
.thin{color:var(--ink2)}
svg text{fill:var(--ink3);font-size:11px;font-family:inherit}
.plot{display:block;width:264px;height:24px}
.axis{stroke:var(--grid)}.zero{stroke:var(--ink3)}.budget{stroke:var(--ink);stroke-width:2}
.beyond{fill:url(#hatch)}
.whisker{stroke:var(--ink);stroke-width:2.4}.whisker.unsure{stroke-dasharray:3 2}
.dot{stroke:var(--ink);stroke-width:2;fill:var(--paper)}.dot.clear{fill:var(--ink)}
.whisker.bad{stroke:var(--fail)}.mark.bad{fill:var(--fail)}
.whisker.better{stroke:var(--pass)}.dot.better{stroke:var(--pass);fill:var(--pass)}
.strip{display:block;width:100%;max-width:720px;height:auto}
.strip .reference{stroke:var(--reference);stroke-width:2;fill:var(--paper)}
.strip .candidate{fill:var(--candidate)}
.strip .pair{stroke:var(--candidate);stroke-width:1;opacity:.6}
footer{margin-top:32px;color:var(--ink3);font-size:12px}
@media (max-width:820px){.frame{display:block}nav{padding:12px 0;border:0;border-bottom:1px solid var(--rule)}
nav .stay{position:static}nav ol{display:flex;flex-wrap:wrap}main{padding:16px}}
@media print{nav{display:none}.frame{display:block}}`;
