-- One row per postcode and place of the reference: its point, and how far its addresses lie from there.
CREATE OR REPLACE TEMP TABLE held_middle AS
FROM middle;
