"""Makes the fonts that Uitkomst ships, from Noto Sans as Debian packages it (fonts-noto-core, fonts-noto-extra).

    uv run --no-project --with fonttools --with brotli scripts/make_fonts.py FOLDER_WITH_NOTO

Noto Sans has no minus sign, no signs for at least and at most, no arrows and no shapes. The first are drawn from the
face's own plus and less signs, so that they fit each weight; the others come from Noto Sans Math and Noto Sans
Symbols 2. Then everything that neither a page nor a report needs is left out.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "dashboard" / "fonts"
SCREEN = ROOT / "dashboard" / "assets" / "fonts"

ON_PAPER = ("Regular", "SemiBold", "Bold", "Italic")
ON_SCREEN = ("Regular", "SemiBold", "Bold")

LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), 0x2C6, 0x2DA, 0x2DC]
MARKS = [*range(0x2007, 0x200B), *range(0x2010, 0x2027), 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x2060]
SMALL_FIGURES = [*range(0x2070, 0x208F), *range(0x2150, 0x215F)]
SIGNS = [0x20AC, 0x2116, 0x2122, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265]
FROM_MATH = [*range(0x2190, 0x219A), 0x2211, 0x221E, 0x2260]
FROM_SYMBOLS = [*range(0x25A0, 0x2600), 0x2713, 0x2714, 0x2715, 0x2717, 0x2718, 0x26A0]
FEATURES = ["ccmp", "frac", "kern", "liga", "lnum", "locl", "mark", "mkmk", "ordn", "pnum", "subs", "sups", "tnum"]


def add(font, code, pen, width):
    """Give `font` a glyph for a character that it lacks."""
    name = f"uni{code:04X}"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = pen.glyph()
    font["hmtx"][name] = (width, 0)
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, getattr(font["glyf"][name], "xMin", 0))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def bar(pen, left, right, bottom, top):
    """Draw a straight bar."""
    pen.moveTo((left, bottom))
    pen.lineTo((left, top))
    pen.lineTo((right, top))
    pen.lineTo((right, bottom))
    pen.closePath()


def shifted(font, name, pen, up):
    """Draw a glyph of the face itself, higher or lower."""
    glyphs = font.getGlyphSet()
    recording = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recording)
    recording.replay(TransformPen(pen, (1, 0, 0, 1, 0, up)))


def draw_own(font):
    """Draw minus, at most, at least and about from the face's own plus, less, greater and tilde."""
    glyf, cmap = font["glyf"], font.getBestCmap()
    plus = glyf[cmap[ord("+")]].getCoordinates(glyf)[0]
    left, right = min(x for x, _ in plus), max(x for x, _ in plus)
    bottom, top = sorted({y for x, y in plus if x in {left, right}})
    width = font["hmtx"][cmap[ord("+")]][0]

    pen = TTGlyphPen(None)
    bar(pen, left, right, bottom, top)
    add(font, 0x2212, pen, width)
    for code, sign in ((0x2264, "<"), (0x2265, ">")):
        pen = TTGlyphPen(None)
        shifted(font, cmap[ord(sign)], pen, 60)
        bar(pen, left, right, 0, top - bottom)
        add(font, code, pen, width)
    pen = TTGlyphPen(None)
    for up in (-100, 100):
        shifted(font, cmap[ord("~")], pen, up)
    add(font, 0x2248, pen, width)


def borrow(font, other, codes):
    """Take the glyphs that `font` lacks from another face of the same grid."""
    theirs, glyphs, cmap = other.getBestCmap(), other.getGlyphSet(), font.getBestCmap()
    for code in codes:
        if code in theirs and code not in cmap:
            recording = DecomposingRecordingPen(glyphs)
            glyphs[theirs[code]].draw(recording)
            pen = TTGlyphPen(None)
            recording.replay(pen)
            add(font, code, pen, other["hmtx"][theirs[code]][0])


def whole(folder, weight):
    """Return one weight with everything that it lacked."""
    font = TTFont(folder / f"NotoSans-{weight}.ttf")
    draw_own(font)
    borrow(font, TTFont(folder / "NotoSansMath-Regular.ttf"), FROM_MATH)
    borrow(font, TTFont(folder / "NotoSansSymbols2-Regular.ttf"), FROM_SYMBOLS)
    for record in font["name"].names:
        if record.nameID == 5:  # the version
            record.string = f"{str(record).split(';')[0]}; signs, arrows and shapes added for Uitkomst"
    return font


def write(font, codes, path, flavor=None):
    """Leave out every character but `codes`, and save."""
    options = subset.Options(
        hinting=False, layout_features=FEATURES, name_IDs=["*"], name_languages=["*"], notdef_outline=True, flavor=flavor
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    subset.save_font(font, path, options)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def main(folder):
    """Make the fonts for paper and for the screen."""
    everything = LETTERS + MARKS + SMALL_FIGURES + SIGNS + FROM_MATH + FROM_SYMBOLS
    light = LETTERS + MARKS + SIGNS + [*range(0x2190, 0x219A), 0x25A0, 0x25B2, 0x25BC, 0x25C6, 0x25CB, 0x25CF, 0x2713]
    for weight in ON_PAPER:
        write(whole(folder, weight), everything, PAPER / f"NotoSans-{weight}.ttf")
    for weight in ON_SCREEN:
        write(whole(folder, weight), light, SCREEN / f"NotoSans-{weight}.woff2", "woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
