/** What only the page of a comparison has, beside the frame's style sheet. */
export const PAGE_STYLE = `
.finding{font-size:16px;line-height:1.45;margin:10px 0 0;max-width:86ch}
.finding.thin{font-size:14px}
.arms{display:flex;flex-wrap:wrap;gap:6px 24px;margin:16px 0 0;padding:10px 0;border:solid var(--rule);
border-width:1px 0;color:var(--ink2)}
.arms.second{margin:0;border-top:0}
.armfacts{margin-top:10px}
.armfacts th,.armfacts td{padding-right:24px}.armfacts th{white-space:nowrap}
.armfacts tbody th{border-top:1px solid var(--grid);vertical-align:top}.armfacts td{vertical-align:top}
.arms small{font-size:11px;color:var(--ink3)}
.arms b{color:var(--ink)}.arms .bad b{color:var(--fail)}
.arms i{display:inline-block;width:11px;height:11px;border-radius:50%;border:2px solid var(--arm);margin-right:7px;
vertical-align:-1px}
.arms i.full{background:var(--arm)}
tr.group th{padding:14px 0 4px;font-size:12px;font-weight:700;color:var(--ink);border-bottom:1px solid var(--rule)}
td small,th small{display:block;font-size:11px;line-height:1.35;font-weight:400;color:var(--ink3)}
tr.bad td{background:var(--fail-bg);font-weight:700}
tr.bad td.thin{font-weight:400}
.effects td.state{width:22px;padding-left:4px}
.effects td.name{min-width:170px}
.effects td.line{width:264px;font-weight:400}
.effects td.limit{text-align:right;max-width:110px;padding-right:4px;overflow-wrap:normal}
.plot{display:block;width:264px;height:24px}
.cell{flex:none}
.budget{stroke:var(--ink);stroke-width:2}
.base.none{stroke-dasharray:2 2}
.whisker{stroke:var(--ink);stroke-width:2.4}.whisker.unsure{stroke-dasharray:3 2}
.whisker.predicted{stroke-width:1.4;stroke-dasharray:1.5 1.5}
.dot{stroke:var(--ink3);stroke-width:2;fill:var(--ink3)}.dot.clear{stroke:var(--ink);fill:var(--ink)}
.arrow{stroke:var(--ink);stroke-width:2;fill:none}.arrow.bad{stroke:var(--fail)}.arrow.better{stroke:var(--pass)}
.whisker.bad{stroke:var(--fail)}.mark.bad{fill:var(--fail)}
.whisker.better{stroke:var(--pass)}.dot.better{stroke:var(--pass);fill:var(--pass)}
.wide{position:relative}
.matrix{border-collapse:separate;border-spacing:2px 1px;table-layout:fixed}
.matrix thead th:first-child{width:168px}
.matrix thead th{border-bottom:2px solid var(--ink);padding:4px 6px;color:var(--ink2)}
.matrix thead b{display:block;font-size:14px;color:var(--arm)}
.matrix thead .arm0 b{color:var(--ink)}
.matrix .state{display:block;font-size:11px;line-height:1.4;color:var(--ink2);margin-top:3px}
.matrix .state .sign{width:12px;height:12px}
.matrix tbody th{padding:4px 8px 4px 0;vertical-align:top}
.matrix tr.group th{padding-top:14px}
.matrix td{padding:4px 6px;border:0;vertical-align:top}
.matrix td small{color:var(--ink2)}
.matrix td .first{display:flex;align-items:center;gap:2px 5px;flex-wrap:wrap}
.matrix td .first b{font-weight:600;white-space:nowrap}
.matrix td .sign{width:11px;height:11px}
.matrix td .cell{margin-left:auto;flex:1 1 30px;max-width:50px}
.matrix td i{font-style:normal;font-size:11px;color:var(--ink2);white-space:nowrap}
.matrix td a{text-decoration-color:var(--rule);text-underline-offset:3px;color:var(--ink)}
.matrix td.own{background:var(--side)}
.worse{background:var(--worse-bg)}.better{background:var(--better-bg)}
.regress{background:var(--fail-bg)}.regress b,.regress small{color:var(--fail)}
.marks,.key{display:flex;flex-wrap:wrap;gap:6px 14px;list-style:none;margin:10px 0 0;padding:0;font-size:12px;
color:var(--ink2)}
.marks li{display:flex;align-items:center;gap:6px;padding:1px 6px}
.marks .regress{color:var(--fail)}
.key li{display:flex;align-items:center;gap:6px}
.pair{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(400px,100%),1fr));gap:20px 28px}
ul.found{margin:4px 0 14px;padding:0;list-style:none}.found .sign{width:12px;height:12px}
figure{margin:0;min-width:0}
figure svg{display:block;width:100%;height:auto;max-width:540px;overflow:visible}
figure svg svg{max-width:none;overflow:hidden}
figure .title{fill:var(--ink2);font-weight:700}
.lead{stroke-width:1;opacity:.7;stroke-dasharray:none!important}
.limit{stroke:var(--ink)}line.limit{stroke-dasharray:2 2;stroke-width:1.4}
.many .band{opacity:.07}
.fault{fill:var(--fault)}tspan.faultname{fill:var(--fault-ink);font-weight:400}
.trialstrip .strip{max-width:720px;margin-top:6px}
.trialstrip .key svg{width:14px;height:14px}
.reference{stroke:var(--arm);stroke-width:2;fill:var(--paper)}
.candidate{fill:var(--arm)}
.strip .row{fill:none;stroke:var(--ink3);stroke-width:1;opacity:.55}
.trials{max-width:720px}
.environment td{vertical-align:top}
.sub{margin-top:20px}
.stacks{margin:0}
.stacks div{display:flex;align-items:center;gap:12px;padding:4px 0}
.stacks dt{width:140px;flex:none;font-weight:700}
.stacks dd{margin:0;display:flex;align-items:center;gap:14px;color:var(--ink2)}
.stack{display:block;flex:none;max-width:100%}
.matrix .stack{margin-bottom:6px}
.wire{stroke:var(--ink3);stroke-width:1.4;fill:none}.client,.server{fill:var(--ink)}
.hop{fill:var(--paper);stroke:var(--ink);stroke-width:1.4}
@media screen and (max-width:820px){
.armfacts,.armfacts tbody,.armfacts tr,.armfacts th,.armfacts td{display:block;border:0}
.armfacts thead{display:none}
.armfacts tr{padding:6px 0;border-top:1px solid var(--grid)}
.armfacts td:before{content:attr(data-of) ': ';color:var(--ink3)}
.pair{grid-template-columns:minmax(0,1fr);gap:20px}
.effects,.effects tbody,.matrix,.matrix tbody,.matrix thead{display:block;min-width:0!important}
.effects thead{display:none}
.effects tr{display:grid;grid-template-columns:22px repeat(3,1fr);gap:0 8px;padding:8px 0;
border-top:1px solid var(--grid)}
.effects tr.group{display:block;border:0}
.effects td{border:0;padding:1px 0;text-align:left}
.effects td.name{grid-column:2/-1;font-weight:700}
.effects td.line{grid-column:2/-1;width:auto}
.effects td.state{grid-row:1}
.effects td.n,.effects td.limit{text-align:left;white-space:normal;max-width:none}
.effects td[data-of=reference],.effects td[data-of=change]{grid-column:2}
.effects tr.group th{display:block}
.effects td[data-of]:before{content:attr(data-of);display:block;font-size:11px;font-weight:400;color:var(--ink3)}
.effects td:empty{display:none}
.matrix thead tr{display:grid;grid-template-columns:1fr 1fr;gap:12px}
.matrix thead th:first-child{display:none}
.matrix tr{display:block}
.matrix tbody th{display:block;max-width:none;padding-top:10px}
.matrix td{display:grid;grid-template-columns:92px 1fr;gap:0 8px;padding:4px 6px;margin-top:1px}
.matrix td:before{content:attr(data-arm);grid-row:1/3;font-size:12px;color:var(--ink2);overflow:hidden;
text-overflow:ellipsis}
.matrix td small{grid-column:2}
.environment,.environment tbody,.environment tr,.environment td{display:block}
.environment thead{display:none}
.environment tr{border-top:1px solid var(--grid);padding:6px 0}
.environment td{border:0;padding:1px 0}
.environment td.name{font-weight:700}
.environment td[data-arm]:before{content:attr(data-arm) ': ';color:var(--ink3)}
.stacks div,.stacks dd{display:block}
}
@media print{
.matrix,.effects{font-size:8.5pt}
.matrix td .cell{display:none}
.plot{width:150px;height:14px}.effects td.line{width:150px}.effects td.name{min-width:0}
.effects td.n{white-space:normal}
.matrix{min-width:0!important}.matrix thead th:first-child{width:100px}.matrix td .first b{font-size:9pt}
.matrix .stack{max-width:100%;height:auto}
.wide{overflow:visible}
.pair{grid-template-columns:1fr 1fr}
}`;
