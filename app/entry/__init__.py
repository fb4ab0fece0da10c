"""What Streamlit runs first."""
