"""What runs with every page: navigation, style, and the words for what went wrong."""

from __future__ import annotations

import streamlit as st

from app import data, pages, style
from gcrm.errors import UserError

# A picture of our own: Streamlit would fetch one by name from the web.
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path d='M1 1h6v6H1z' fill='#0b5a73'/><path d='M9 1h6v6H9zM1 9h6v6H1z' fill='#0ba19b'/>"
    "<path d='M9 9h6v6H9z' fill='#86cd9d'/></svg>"
)


def linked() -> bool:
    """Say whether the project looks for duplicates; a project that cannot be opened is said by the page itself."""
    try:
        return data.workspace().settings.linkage is not None
    except UserError:
        return False


st.set_page_config(page_title="gcrm", page_icon=ICON, layout="wide")
style.apply()
page = st.navigation(
    [
        st.Page(pages.TERRITORY, title="Territory", icon=":material/map:", default=True),
        st.Page(pages.EXPLORER, title="Explorer", icon=":material/pivot_table_chart:"),
        st.Page(pages.CUSTOMERS, title="Customers", icon=":material/group:"),
        st.Page(pages.BUILDINGS, title="Buildings", icon=":material/apartment:"),
        st.Page(pages.PLACES, title="Places", icon=":material/location_on:"),
        st.Page(pages.CAMPAIGN, title="Campaign", icon=":material/campaign:"),
        st.Page(pages.PLANNING, title="Planning", icon=":material/assignment_ind:"),
        st.Page(pages.SCENARIOS, title="Scenarios", icon=":material/compare:"),
        *([st.Page(pages.DUPLICATES, title="Duplicates", icon=":material/join:")] if linked() else []),
        st.Page(pages.REVIEW, title="Review", icon=":material/where_to_vote:"),
        st.Page(pages.INTAKE, title="Data", icon=":material/database:"),
    ],
    position="top",
)
try:
    page.run()
except UserError as error:
    style.explain(str(error))
except data.Moved:
    st.rerun()
