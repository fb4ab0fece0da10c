"""The dashboard's server: `streamlit run app/main.py`, or `gcrm app`."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

# Streamlit puts this file's folder on the path; the package `app` lies one above.
sys.path.insert(0, str(Path(__file__).parents[1]))

from app import assets, routes
from app.guard import Guard

assets.copy()

app = st.App("entry/navigation.py", routes=routes.routes(), middleware=[Middleware(Guard)])
