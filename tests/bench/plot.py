"""Bars of milliseconds as an SVG that is read on light and on dark."""
import math
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 760, 190, 70
BAR, GAP = 13, 16
STYLE = """text{font:12px sans-serif;fill:#222}.name{font-weight:bold}
.grid{stroke:#ccc}.back{fill:#fff}.limit{fill:#9aa4ad}.own{fill:#1f6fb2}
@media(prefers-color-scheme:dark){text{fill:#e6e6e6}.grid{stroke:#444}
.back{fill:#16181b}.limit{fill:#6b747c}.own{fill:#58a6e8}}"""


def write(path, groups):
    """groups: (name, ((label, milliseconds), ...)).  The scale is of powers
    of ten; a label with "limit" in it is drawn as one."""
    values = [value for _, bars in groups for _, value in bars]
    low = math.floor(math.log10(min(values)))
    high = math.log10(max(values))
    each = (WIDTH - LEFT - RIGHT) / (high - low)
    parts, y = [], 40
    for name, bars in groups:
        parts.append('<text class="name" x="8" y="%d">%s</text>' % (
            y + 10, escape(name)))
        y += BAR + 4
        for label, value in bars:
            long = (math.log10(value) - low) * each
            parts.append(
                '<text x="%d" y="%d" text-anchor="end">%s</text>'
                '<rect class="%s" x="%d" y="%d" width="%.1f" height="%d"/>'
                '<text x="%.1f" y="%d">%.2f</text>' % (
                    LEFT - 6, y + 10, escape(label),
                    "limit" if "limit" in label else "own", LEFT, y, long,
                    BAR - 2, LEFT + long + 5, y + 10, value))
            y += BAR
        y += GAP
    grid = "".join(
        '<line class="grid" x1="%.1f" x2="%.1f" y1="32" y2="%d"/>'
        '<text x="%.1f" y="26" text-anchor="middle">%g ms</text>' % (
            x, x, y, x, 10 ** power)
        for power in range(low, math.floor(high) + 1)
        for x in (LEFT + (power - low) * each,))
    with open(path, "w", encoding="utf-8") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d '
                   '%d" width="%d"><style>%s</style><rect class="back" '
                   'width="100%%" height="100%%"/>%s%s</svg>\n' % (
                       WIDTH, y + 8, WIDTH, STYLE, grid, "\n".join(parts)))
