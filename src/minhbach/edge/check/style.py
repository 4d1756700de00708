"""The looks of the check's page: one sheet for desk, phone, print and the dark.

Owns colours and measures only. Text has a contrast of at least 4.5:1 on its ground in both schemes; what a colour says,
a hatching or a bar says too. Leaves the page's words and order to ``page``.
"""

from __future__ import annotations

STYLE = """
:root{color-scheme:light;--ground:#f4f3ef;--surface:#fff;--line:#dddad2;--ink:#1a1c1f;--ink2:#464a50;
--ok:#17653b;--ok-soft:#9fd0b3;--fault:#7a1f5e;--late:#a8231b;--late-soft:#fbe6e3;--unseen-soft:#eceae4;--sign:#fff}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--ground:#0e1114;--surface:#171b20;
--line:#2a3037;--ink:#edf0f2;--ink2:#b9c1c9;--ok:#63cc91;--ok-soft:#24704a;--fault:#ea97cc;--late:#ff9184;
--late-soft:#3d1714;--unseen-soft:#242a30;--sign:#0e1114}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:400 16px/24px "Be Vietnam Pro","Noto Sans",system-ui,sans-serif}
main{max-width:1200px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:24px;line-height:36px;font-weight:600;margin:0}
h2{font-size:19px;line-height:28px;font-weight:600;margin:32px 0 8px}
p{margin:4px 0 8px;color:var(--ink2)}
small{font-size:14px;line-height:20px;color:var(--ink2);font-weight:400}
code{font-size:14px}
.verdict{display:flex;gap:12px;align-items:flex-start;background:var(--surface);border:1px solid var(--line);
border-left:6px solid var(--ok);border-radius:8px;padding:16px;margin:16px 0}
.verdict p{margin:0 0 4px}.verdict strong{color:var(--ink);font-size:19px;line-height:28px}
.verdict svg{flex:none;fill:var(--ok)}.verdict .sign{fill:none;stroke:var(--sign);stroke-width:2.2}
.verdict.bad{border-left-color:var(--late)}.verdict.bad svg{fill:var(--late)}
.camera{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:12px 16px;margin:12px 0}
.camera h2{margin:0}
.causes{margin:0 0 8px;padding:0 0 0 20px;font-size:14px;line-height:20px;color:var(--ink2)}
.row{display:grid;grid-template-columns:88px 1fr 120px;gap:12px;align-items:center;margin:4px 0;
font-size:14px;line-height:20px;font-variant-numeric:tabular-nums}
.row>span:last-child{text-align:right}
.row svg{width:100%;height:34px;display:block;border-radius:4px;background:var(--unseen-soft)}
.ticks{margin:0;color:var(--ink2)}.ticks div{display:flex;justify-content:space-between}
.ticks div span{width:0;display:flex;justify-content:center;white-space:nowrap}
.ticks div span:first-child{justify-content:flex-start}.ticks div span:last-child{justify-content:flex-end}
table{border-collapse:collapse;width:100%;background:var(--surface);border:1px solid var(--line)}
th,td{text-align:left;padding:8px 12px;border-top:1px solid var(--line);vertical-align:top;
font-size:15px;line-height:22px;overflow-wrap:anywhere}
th{border-top:0;color:var(--ink2);font-weight:600;font-size:14px;white-space:nowrap}
td{font-variant-numeric:tabular-nums}
td:not(:last-child){white-space:nowrap;overflow-wrap:normal}
td:first-child{font-weight:600}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:4px 24px;font-size:14px;line-height:20px;
margin:24px 0 8px;padding:0}
.key svg{vertical-align:-2px;margin-right:6px}
@media (max-width:720px){
.row{grid-template-columns:1fr auto;gap:0 12px;margin:8px 0}.row svg,.ticks div{grid-column:1/3;grid-row:2}
.ticks{margin-top:-6px}.ticks>span{display:none}.ticks div span:nth-child(even){visibility:hidden}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td{display:block}tr{border-top:1px solid var(--line);padding:8px 12px}tr:first-child{border-top:0}
td{border:0;padding:1px 0 1px 88px;min-height:22px}td:not(:last-child){white-space:normal}td.none{display:none}
td::before{content:attr(data-head);float:left;margin-left:-88px;font-size:14px;font-weight:400;color:var(--ink2)}}
@media print{body{background:#fff;font-size:13px;line-height:20px}main{max-width:none;padding:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.camera,.verdict,tr{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}}
"""

DEFINITIONS = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>'
    '<pattern id="gap" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="var(--surface)"/><rect width="2.4" height="7" fill="var(--fault)"/></pattern>'
    '<pattern id="missing" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="var(--late-soft)"/><path d="M0 0h7M0 0v7" stroke="var(--late)" stroke-width="2"/>'
    "</pattern></defs></svg>"
)
