/** The style sheet of the first screen. */
export const FIRST_SCREEN_STYLE = `
h1 .facts{margin-left:auto;font-size:12px}
.status{display:flex;gap:8px;margin-top:6px;color:var(--look);font-weight:700}
.what{display:flex;flex-wrap:wrap;margin-top:6px;font-size:12px;color:var(--ink2)}
.what>*{padding:0 6px;border-left:1px solid var(--rule)}
.what>*:first-child{padding-left:0;border:0;color:var(--ink)}
.gates{display:flex;flex-wrap:wrap;gap:2px 20px;margin-top:4px;font-size:12px;color:var(--ink2)}
.gates span{display:inline-flex;align-items:center;gap:6px}.gates b{color:var(--ink)}
.banner{margin-top:8px;padding:5px 12px;border:2px solid var(--fail);background:var(--fail-bg);color:var(--ink)}
.banner b{color:var(--fail)}
.numbers{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px 28px;list-style:none;margin:10px 0 0;
padding:8px 0;border:solid var(--rule);border-width:1px 0}
.numbers .of{display:flex;align-items:baseline;gap:7px;font-size:12px;white-space:nowrap}
.numbers .of b{font-weight:400;flex:none;max-width:100%;overflow:hidden;text-overflow:ellipsis}
.numbers .of span{color:var(--ink3);overflow:hidden;text-overflow:ellipsis}
.numbers .sign{align-self:center}
.numbers .big{font-size:29px;line-height:35px;font-weight:700;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.numbers .big small{line-height:1;font-size:15px;font-weight:400;color:var(--ink2)}
.numbers .big small.good{color:var(--pass)}.numbers .big small.bad{color:var(--fail)}
.numbers .big small.unsure{color:var(--look)}
.number-bar{display:block;width:100%;height:16px}
.number-bar .track{fill:var(--grid)}.number-bar .fill{fill:var(--lat90)}.number-bar .beyond{fill:url(#hatch)}
.number-bar .whisker{stroke:var(--lat50);stroke-width:1.6;fill:none;vector-effect:non-scaling-stroke}
.number-bar .limit{stroke:var(--ink);stroke-width:2;vector-effect:non-scaling-stroke}
.under{display:flex;justify-content:space-between;gap:8px;font-size:11px;color:var(--ink3)}
.under span:last-child{text-align:right;white-space:nowrap}
.queue{margin-top:8px;font-size:15px;line-height:20px}
svg.endings{display:block;width:100%;height:9px;margin-top:5px}
ul.endings{display:flex;flex-wrap:wrap;gap:2px 24px;list-style:none;margin:3px 0 0;padding:0;font-size:12px;
color:var(--ink2)}
ul.endings b{color:var(--ink)}ul.endings svg{margin-right:6px}
.run-clock{display:grid;grid-template-columns:minmax(0,1fr) 160px;gap:0 8px;margin-top:8px}
.stage{min-width:0;position:relative}
.clock{display:block;width:100%;height:auto;touch-action:pan-y}
.clock.narrow{display:none}
.clock .grid{stroke:var(--grid)}.clock .base{stroke:var(--ink3)}
.clock text.title{fill:var(--ink);font-size:12px;font-weight:700}
.clock .note{fill:var(--ink3);font-size:11px;font-weight:400}
.clock .phase{fill:var(--sel)}.clock .edge-of-phase{stroke:var(--rule);fill:none}
.clock .fault{fill:var(--c-fault-band)}.clock .fault-bar{fill:var(--c-fault)}
.clock text.fault-words{fill:var(--c-fault);font-weight:700;paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.clock path:not([fill]),.readout path{fill:none}
.median{stroke:var(--lat50);stroke-width:2}.edge{stroke:var(--lat90);stroke-width:1}
.bound{stroke-dasharray:3 2}
.offered{stroke:var(--ink);stroke-width:1.3}
.process0{stroke:var(--lat50);stroke-width:2}.process1{stroke:var(--arm3);stroke-width:1.7;stroke-dasharray:7 2}
.process2{stroke:var(--arm4);stroke-width:1.5;stroke-dasharray:4 2 1 2}
.generator{stroke:var(--ink3);stroke-width:1.2}.proxy{stroke:var(--c-fault);stroke-width:1.4;stroke-dasharray:1.5 2.5}
.none{stroke:none}
.cross path{stroke:var(--ink);stroke-width:1.2}.cross rect{fill:var(--ink)}
.cross text{fill:var(--paper);font-weight:700}
.clock .off,.readout .off svg{opacity:.08}
.readout{position:relative;font-size:12px;min-height:var(--rows)}
.readout .moment{display:flex;justify-content:space-between;gap:6px;height:20px;border-bottom:1px solid var(--ink);
white-space:nowrap;overflow:hidden}
.readout .moment span{color:var(--ink3);font-size:11px;overflow:hidden;text-overflow:ellipsis}
.readout div{position:absolute;left:0;right:0}
.readout h3{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.readout ul{list-style:none;margin:0;padding:0}
.readout li,.readout li button{display:flex;align-items:center;gap:7px;height:16px;white-space:nowrap;width:100%}
.readout li button{font:inherit;color:inherit;background:none;border:0;padding:0;text-align:left;cursor:pointer}
.readout li span{overflow:hidden;text-overflow:ellipsis;color:var(--ink2)}
.readout li b{margin-left:auto}
.readout svg{flex:none}
.stage .reset{position:absolute;right:6px;top:0;font:inherit;font-size:11px;background:var(--paper);color:var(--ink);
border:1px solid var(--ink3);border-radius:3px;padding:1px 8px;cursor:pointer}
.brush{fill:var(--link);opacity:.16}
@media screen and (max-width:1180px){
.run-clock{grid-template-columns:minmax(0,1fr)}
.readout{margin-top:6px;columns:3 180px;column-gap:24px;min-height:0}
.readout li,.readout li button{height:22px}
.readout .moment{column-span:all}
.readout div{position:static;break-inside:avoid;padding-top:6px}
.readout h3{position:static;width:auto;height:auto;clip-path:none;font-size:12px}
}
@media screen and (max-width:820px){
.numbers{grid-template-columns:1fr 1fr;gap:12px 18px}
h1 .facts{margin-left:0}
.what{display:block;line-height:1.5}.what>*{padding:0 8px 0 0;border:0}
}
@media screen and (max-width:640px){
.clock.wide{display:none}.clock.narrow{display:block}
.readout{columns:2 140px;column-gap:18px}
.numbers .big{font-size:26px}.numbers .big small{font-size:13px}
.under{display:block}.under span{display:block;text-align:left!important}
.numbers .of{white-space:normal;flex-wrap:wrap;gap:0 6px}
}
@media screen and (max-width:340px){.numbers{grid-template-columns:1fr}}
@media print{
.run-clock{grid-template-columns:minmax(0,1fr) 132px;break-inside:avoid}
.readout{font-size:10px;min-height:0}.readout div{position:static;padding-top:5px}
.readout h3{position:static;width:auto;height:auto;clip-path:none;font-size:10px}
.readout li{height:14px}
.numbers{gap:10px 14px}.numbers .big{font-size:20px;line-height:26px}
.numbers .of{white-space:normal;flex-wrap:wrap}
.stage .reset{display:none}
}`;
