"""The dashboard: Streamlit pages over a gcrm project."""
