-- One row per origin, destination and time of a flow, as its source says.
CREATE TABLE warehouse.fact_flow AS
SELECT f.origin_location_id, f.destination_location_id, f.source, f.mode, f.day_type, f.hour, f.trips
FROM enrich.flow AS f;
