-- One row per road with a line, in an order that is the same in every build; junctions are named with their source.
SELECT
    source, road_id, name, road_class, oneway, access, speed_kmh, coalesce(storey, 0)::INTEGER AS storey,
    source || chr(31) || from_node AS from_node, source || chr(31) || to_node AS to_node, geometry
FROM ingest.road
WHERE geometry IS NOT NULL
ORDER BY source, road_id, row_no;
