import { DARK_PALETTE, PALETTE } from "./palette.ts";

const variables = (palette: Readonly<Record<string, string>>): string =>
  Object.entries(palette)
    .map(([name, color]) => `--${name}:${color};`)
    .join("");

/** Phone first; two columns where there is room; ink on paper. Text has a contrast of at least 4.5:1. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${variables(PALETTE)}--ground:#f4f6fa;--card:#ffffff;--line:#c3cbd9}
@media (prefers-color-scheme:dark){:root{${variables(DARK_PALETTE)}--ground:#10151f;--card:#1a2130;--line:#3a455c}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 .25rem}
h2{font-size:1.125rem;margin:0 0 .75rem}
p{margin:.5rem 0}
.muted{color:var(--muted);font-size:.875rem}
.summary{font-size:1.0625rem;max-width:60ch}
.headlines{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.headlines li,section,figure{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:0}
.headlines b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.headlines span{display:block}
.charts{display:grid;grid-template-columns:minmax(0,1fr);gap:.75rem;margin:1rem 0}
figure svg{display:block;width:100%;height:auto}
figcaption{font-weight:600;margin-bottom:.5rem}
section{margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.9375rem}
th,td{padding:.375rem .5rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}
th:first-child,td:first-child{text-align:left;overflow-wrap:anywhere;min-width:7rem}
thead th{color:var(--muted);font-weight:600}
td span{display:block;white-space:nowrap}
@media screen and (max-width:47.99rem){
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
table,tbody,tr,th,td{display:block;text-align:left}
tr{padding:.375rem 0;border-bottom:1px solid var(--line)}th,td{border:0;padding:.125rem 0}
td{display:flex;justify-content:space-between;gap:1rem;text-align:right}td::before{content:attr(data-label);color:var(--muted)}
}
@media (min-width:48rem){main{padding:1.5rem}.charts{grid-template-columns:repeat(2,minmax(0,1fr));align-items:start}}
@media print{
:root{${variables(PALETTE)}--ground:#ffffff;--card:#ffffff;--line:#c3cbd9;color-scheme:light}
body{font-size:11pt}main{max-width:none;padding:0}
.charts{grid-template-columns:repeat(2,minmax(0,1fr))}figure,.headlines li,tr{break-inside:avoid}thead{display:table-header-group}
}`;
