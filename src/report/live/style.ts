/** What only the live page has, beside the frame's style sheet and the colours of outcomes. */
export const LIVE_STYLE = `
main.live{max-width:1120px;margin:0 auto}
.now{display:flex;flex-wrap:wrap;gap:8px 32px;margin:12px 0 0;padding:10px 0;border:solid var(--rule);
border-width:1px 0}
.now dt{font-size:12px;color:var(--ink2)}
.now dd{margin:0;font-size:22px;font-weight:700;white-space:nowrap}
#phase{white-space:normal}
#phase,#name,#faults{overflow-wrap:anywhere}
#faults{min-height:20px;margin-top:8px}
figure{margin:0}
figure h2{margin:12px 0 4px}
figure svg{display:block;width:100%;height:auto}
.phase{fill:var(--sel)}.fault{fill:var(--c-fault-band)}
.p50{fill:none;stroke:var(--c-response);stroke-width:1.8}.p99{fill:none;stroke:var(--c-counted);stroke-width:1.8}
.least{fill:var(--c-counted)}
text.end{font-weight:700;fill:var(--ink2);paint-order:stroke;stroke:var(--paper);stroke-width:3px}
.flight{fill:none;stroke:var(--c-inflight);stroke-width:1.8}.queue{fill:none;stroke:var(--c-queue);stroke-width:1.8;
stroke-dasharray:4 2}
text.name{fill:var(--ink2)}
.key{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:8px 0 0;padding:0;font-size:12px;color:var(--ink2)}
.key li{display:flex;align-items:center;gap:6px}
`;
