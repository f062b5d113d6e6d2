"""Train the compact Dutch pipeline from a folder of treebank files and write it with its scores.

In: a folder with the harmonised CoNLL-U files named below (xz). Out: a spaCy pipeline folder and `scores.json` with the figures on the
treebanks' test sets. Seeds are fixed in parser.cfg; on one core it takes about an hour.

    python -m nlp.training.train_parser TREEBANKS OUT [--steps N]
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from spacy.cli.convert import convert
from spacy.cli.evaluate import evaluate
from spacy.cli.train import train
from spacy.tokens import DocBin

CONFIG = Path(__file__).with_name("parser.cfg")
# Sentences that end in punctuation are grouped, so that the parser learns where sentences end; the others stand alone.
TRAIN = {"nl-train-multisent.harmonised": 8, "nl-train-singlesent.harmonised": 1}
DEV = "alpino_dev.harmonised"
TESTS = ("alpino_test.harmonised", "lassy_test.harmonised")
META = {
    "name": "kamerspoor",
    "version": "1.0.0",
    "description": "Compact Dutch tagger, lemmatizer and parser for the slots of promises.",
    "license": "CC BY-SA 4.0",
}
SHOWN = ("token_acc", "pos_acc", "morph_acc", "lemma_acc", "dep_uas", "dep_las", "sents_f", "speed")


def prepare(treebanks: Path, name: str, work: Path, per_doc: int) -> Path:
    """Unpack one treebank file and convert it to spaCy's binary format with `per_doc` sentences to a document."""
    conllu = work / f"{name}.conllu"
    with lzma.open(treebanks / f"{name}.conllu.xz") as packed, conllu.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    convert(conllu, work, converter="conllu", file_type="spacy", n_sents=per_doc, silent=True)
    return work / f"{name}.spacy"


def join(parts: Sequence[Path], out: Path) -> Path:
    """Put several binary files into one."""
    together = DocBin(store_user_data=False)
    for part in parts:
        together.merge(DocBin().from_disk(part))
    together.to_disk(out)
    return out


def name_pipeline(out: Path) -> None:
    """Write name, version and licence into a trained pipeline, and take the paths of the training machine out of it."""
    meta = json.loads((out / "meta.json").read_text(encoding="utf-8"))
    (out / "meta.json").write_text(json.dumps({**meta, **META}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    config = (out / "config.cfg").read_text(encoding="utf-8")
    (out / "config.cfg").write_text(re.sub(r"(?m)^(train|dev) = .*$", r"\1 = null", config, count=2), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Train, evaluate, write."""
    parser = argparse.ArgumentParser(description="Train the compact Dutch pipeline from treebank files.")
    parser.add_argument("treebanks", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=8000)
    args = parser.parse_args(argv)
    missing = [name for name in (*TRAIN, DEV, *TESTS) if not (args.treebanks / f"{name}.conllu.xz").is_file()]
    if missing:
        print(f"train_parser: {args.treebanks} lacks {', '.join(missing)} (.conllu.xz)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        corpus = join([prepare(args.treebanks, name, work, size) for name, size in TRAIN.items()], work / "train.spacy")
        dev = prepare(args.treebanks, DEV, work, 10)
        tests = {name: prepare(args.treebanks, name, work, 10) for name in TESTS}
        overrides = {"paths.train": str(corpus), "paths.dev": str(dev), "training.max_steps": args.steps}
        train(CONFIG, work / "model", overrides=overrides)
        best = work / "model" / "model-best"
        scores = {name: {key: evaluate(str(best), path, silent=True).get(key) for key in SHOWN} for name, path in tests.items()}
        if args.out.exists():
            shutil.rmtree(args.out)
        shutil.copytree(best, args.out)
        name_pipeline(args.out)
        (args.out / "scores.json").write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(scores, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
