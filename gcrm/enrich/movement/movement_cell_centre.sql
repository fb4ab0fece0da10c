-- One row per H3 cell that is named as a place of movements: its middle; it begins empty.
CREATE OR REPLACE TEMP TABLE movement_cell_centre (place_id VARCHAR, lon DOUBLE, lat DOUBLE);
