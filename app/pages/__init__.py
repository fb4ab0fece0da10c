"""The pages: each reads the selection, asks gcrm, and draws.

They lie apart from the script that names them: beside it, Streamlit would take the folder for its navigation.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent
TERRITORY = _FOLDER / "territory.py"
EXPLORER = _FOLDER / "explorer.py"
CUSTOMERS = _FOLDER / "customers.py"
CAMPAIGN = _FOLDER / "campaign.py"
PLANNING = _FOLDER / "planning.py"
BUILDINGS = _FOLDER / "buildings.py"
PLACES = _FOLDER / "places.py"
REVIEW = _FOLDER / "review.py"
DUPLICATES = _FOLDER / "duplicates.py"
INTAKE = _FOLDER / "intake.py"
SCENARIOS = _FOLDER / "scenarios.py"
