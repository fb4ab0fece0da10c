"""Jobs of whereabouts, run by the Python of its own environment: `build` its reference, or `ask` it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pandas as pd

SETUP = """
data: {{db_name: gcrm_bench, folder: '{folder}/export', filepath: '{folder}/reference.parquet', sep: ','}}
geocoder: {{matchers: [standard, trigram], states: }}
schema: {{addr_id: addr_id, full_address: label, address_site_name: site, locality_name: locality, postcode: postcode,
  state: state, latitude: lat, longitude: lon}}
"""


def build(folder: Path) -> None:
    """Make the reference as its guide says."""
    import whereabouts.models  # noqa: PLC0415
    from whereabouts.utils import setup_geocoder  # noqa: PLC0415

    (Path(whereabouts.models.__file__).parent / "gcrm_bench.db").unlink(missing_ok=True)

    held = pd.read_parquet(folder / "held.parquet")
    label = held.house_number + " " + held.street + ", WASHINGTON, DC " + held.postcode
    reference = pd.DataFrame(
        {
            "addr_id": held.row_no, "label": label, "site": "", "locality": "WASHINGTON", "postcode": held.postcode,
            "state": "DC", "lat": held.lat, "lon": held.lon,
        }
    )  # fmt: skip
    reference.to_parquet(folder / "reference.parquet")
    (folder / "export").mkdir()  # it deletes whatever stands there
    (folder / "setup.yml").write_text(SETUP.format(folder=folder), encoding="utf-8")
    setup_geocoder(str(folder / "setup.yml"))


def ask(folder: Path, how: str, rows: int) -> None:
    """Answer the first questions and write down where they lie."""
    from whereabouts.Matcher import Matcher  # noqa: PLC0415

    matcher = Matcher("gcrm_bench")
    started, computed = time.perf_counter(), time.process_time()
    asked = pd.read_parquet(folder / "questions.parquet").head(rows)
    found = pd.DataFrame(matcher.geocode(list(asked.address), address_ids=[int(i) for i in asked.id], how=how))
    answers = pd.DataFrame({"id": found.address_id, "lon": found.longitude, "lat": found.latitude}).dropna()
    answers.to_parquet(folder / f"{how}.parquet")
    used = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]))
    else:
        ask(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
