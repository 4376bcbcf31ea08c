"""Scans of the demonstration letters, each with its truth in JSON.

python -m demo.render OUT_DIR [--split demo|held|held2|held3|all] [--only ID] [--limit N] [--seed S] [--clean]
    [--jobs N]
"""

import argparse
import hashlib
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from demo.letter import Letter, LetterError, Split, load_letters
from demo.render_scan import MACHINES, scan
from demo.render_sheet import paper

__all__ = ["Letter", "load_letters", "main", "render_letter", "truth_json"]


def render_letter(letter: Letter, out_dir: Path, seed: int = 0, *, clean: bool = False) -> Path:
    """Write `ID.pdf` (or `.jpg`, `.tif`) and `ID.json` into `out_dir`; answer the scan's path.

    The same letter, seed and program give the same bytes; a scan already there for them is left as it is.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    target = out_dir / (letter.id + MACHINES[letter.scanner].suffix)
    sidecar = out_dir / f"{letter.id}.json"
    key = _key(letter, seed, clean)
    if target.exists() and _key_of(sidecar) == key:
        return target
    sidecar.unlink(missing_ok=True)
    rng = np.random.default_rng(
        int.from_bytes(hashlib.sha256(f"{seed}/{letter.id}".encode()).digest()[:8], "big")
    )
    sheets = paper(letter, seed, stamped=not clean)
    target = scan(sheets, letter.scanner, out_dir / letter.id, rng, clean=clean, turn=letter.turn)
    record = truth_json(letter) | {"file": target.name, "render_key": key}
    sidecar.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def truth_json(letter: Letter) -> dict[str, Any]:
    """The truth as it stands in `ID.json`: dates as ISO text, `null` where there is none."""
    truth = asdict(letter.truth)
    for name in ("letter_date", "deadline"):
        truth[name] = truth[name].isoformat() if truth[name] else None
    received = letter.stamp.isoformat() if letter.stamp else None
    return {"id": letter.id, "split": letter.split, "traits": letter.traits, "received_on": received, **truth}


def _key(letter: Letter, seed: int, clean: bool) -> str:
    digest = hashlib.sha256(f"{seed}/{clean}/{_program()}/".encode())
    digest.update(letter.path.read_bytes())
    return digest.hexdigest()


@cache
def _program() -> str:
    sources = [*sorted(Path(__file__).parent.glob("render*.py")), Path(__file__).with_name("letter.py")]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _key_of(sidecar: Path) -> str:
    try:
        return str(json.loads(sidecar.read_text(encoding="utf-8")).get("render_key", ""))
    except (FileNotFoundError, json.JSONDecodeError):
        return ""


def _render(job: tuple[Letter, Path, int, bool]) -> Path:
    letter, out_dir, seed, clean = job
    return render_letter(letter, out_dir, seed, clean=clean)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.render", description="Scans of the demonstration letters."
    )
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--split", choices=["demo", "held", "held2", "held3", "all"], default="demo")
    parser.add_argument("--only", action="append", metavar="ID", help="this letter only; may be given again")
    parser.add_argument("--limit", type=int, help="the first N letters only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--clean", action="store_true", help="no stamp, skew, noise or fold")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    options = _arguments(argv)
    split: Split = options.split
    try:
        letters = load_letters(split)
    except LetterError as error:
        print(error, file=sys.stderr)
        return 1
    if options.only:
        letters = [letter for letter in letters if letter.id in options.only]
        if missing := set(options.only) - {letter.id for letter in letters}:
            print(f"no such letter in {split}: {', '.join(sorted(missing))}", file=sys.stderr)
            return 1
    jobs = [(letter, options.out_dir, options.seed, options.clean) for letter in letters[: options.limit]]
    with ProcessPoolExecutor(options.jobs) as pool:
        for _ in tqdm(
            pool.map(_render, jobs), total=len(jobs), unit="lettre", disable=not sys.stderr.isatty()
        ):
            pass
    print(f"{len(jobs)} letters in {options.out_dir}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
