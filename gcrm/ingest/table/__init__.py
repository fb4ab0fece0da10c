"""Files of typed tables: Parquet and spreadsheets, each read where it cannot hurt."""
