"""Colours and style sheet of the pages."""

from __future__ import annotations

from string import Template

COLORS = {
    "page": "#ffffff",
    "panel": "#f3f5f7",
    "text": "#16202a",
    "muted": "#4a5763",
    "line": "#c3cbd3",
    "link": "#0b4f8a",
    "paper": "#fff9f7",
    "grid_small": "#f7dcd6",
    "grid_large": "#e9aca0",
    "trace": "#111111",
    "bar": "#5b8cc0",
    "bar_found": "#1d3f66",
    "whisker": "#16202a",
    "immediate": "#9b1c1c",
    "urgent": "#7a4a00",
    "routine": "#245b3a",
}

TEXT_ON = [
    ("text", "page"), ("muted", "page"), ("link", "page"), ("immediate", "page"), ("urgent", "page"), ("routine", "page"),
    ("text", "panel"), ("muted", "panel"), ("link", "panel"), ("text", "paper"), ("trace", "paper"),
    ("bar_found", "page"), ("muted", "paper"), ("immediate", "panel"), ("urgent", "panel"), ("routine", "panel"),
    ("trace", "grid_large"), ("text", "grid_small"),
]  # fmt: skip
"""Pairs (text, background) of the pages: each has a contrast of at least 4.5:1, which a test computes."""

STYLE = Template("""
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.25rem;background:$page;color:$text;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid $line;padding-bottom:.2rem}
h3{font-size:1rem;margin:1rem 0 .25rem}
p,ul,ol{margin:.4rem 0;max-width:48rem}
a{color:$link}
a:focus,[tabindex]:focus{outline:3px solid $link;outline-offset:2px}
.muted{color:$muted}
.notice{background:$panel;border-left:.4rem solid $muted;padding:.6rem .9rem;margin:.8rem 0;max-width:60rem}
.notice.strong{border-left-color:$immediate}
.scroll{overflow-x:auto;margin:.5rem 0}
.ecg{display:block;width:100%;min-width:52rem;height:auto;background:$paper}
.figure{display:block;width:100%;max-width:46rem;height:auto}
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}
caption{text-align:left;color:$muted;padding:.2rem 0}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid $line;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:.5rem 0;max-width:60rem}
dt{color:$muted}
dd{margin:0;overflow-wrap:anywhere}
.actions{list-style:none;padding:0;max-width:60rem}
.actions li{display:flex;gap:.7rem;padding:.55rem 0;border-bottom:1px solid $line}
.actions svg{flex:0 0 1.6rem;width:1.6rem;height:1.6rem;margin-top:.1rem}
.urgency{font-weight:700}
.immediate{color:$immediate}.urgent{color:$urgent}.routine{color:$routine}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
@media (max-width:40rem){body{padding:.8rem}dl{grid-template-columns:1fr;gap:0}dt{margin-top:.4rem}
td,th{padding-right:.5rem}table.wide{font-size:.85rem}}
@media print{@page{size:A4 landscape;margin:10mm}body{max-width:none;padding:0;font-size:10.5pt}
.scroll{overflow:visible}.ecg{width:266mm;min-width:0}.screen{display:none}
section.tracing{break-before:page;break-after:page}section.together{break-inside:avoid}h2{break-after:avoid}li,tr,.notice,figure{break-inside:avoid}}
""").substitute(COLORS)
