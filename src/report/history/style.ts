/** What only the page of a history has, beside the frame's style sheet. */
export const HISTORY_STYLE = `
.finding{display:flex;gap:8px;font-size:15px;line-height:1.45;margin:8px 0 0;max-width:100ch}
.finding .sign{margin-top:4px}
#summary>.thin{margin-top:10px}
.lines{list-style:none;margin:12px 0 0;padding:8px 0;border:solid var(--rule);border-width:1px 0}
.lines li{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px}
.lines i{width:11px;height:11px;border-radius:50%;background:var(--arm);flex:none}
.lines span{color:var(--ink3)}
.chapter{border-bottom:1px solid var(--rule)}
.chapter>details{margin:0}
.chapter>details>summary{display:flex;align-items:center;gap:10px;min-height:40px;color:var(--ink)}
.chapter h2{margin:0;flex:none;min-width:142px;font-size:14px}
.chapter .found{color:var(--ink2)}
.key-number{margin-left:auto}
.body{padding:0 0 18px}
figure{margin:18px 0 0;min-width:0}
h3 small{font-weight:400;color:var(--ink3);margin-left:8px}
td,th{vertical-align:top}
td .sign{margin-top:2px}
.over-runs{display:block;width:100%;min-width:560px;max-width:960px;height:auto;overflow:visible}
.level{stroke:var(--arm);stroke-width:2.4;fill:none;opacity:.75}
line.change{stroke:currentColor;stroke-width:1.2;stroke-dasharray:3 2}
text.change{fill:currentColor;font-weight:700}
.candidate{fill:var(--arm);stroke:none}.reference{fill:var(--paper);stroke:var(--arm);stroke-width:1.4}
@media print{.wide{overflow:visible}.over-runs{min-width:0}td,th{font-size:8pt}}
@media screen and (max-width:820px){.chapter>details>summary{flex-wrap:wrap}.chapter .found{flex:1 1 100%;order:3}}
`;
