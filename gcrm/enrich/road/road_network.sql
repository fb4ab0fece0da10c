-- One row: what holds for the whole graph of roads.
CREATE TABLE enrich.road_network AS
SELECT
    (SELECT count(*) FROM enrich.road_node) AS nodes, (SELECT count(*) FROM enrich.road_piece) AS pieces,
    (SELECT count(DISTINCT (from_node, to_node)) FROM enrich.road_arc WHERE drive_min IS NOT NULL) AS drive_arcs,
    (SELECT count(DISTINCT (from_node, to_node)) FROM enrich.road_arc WHERE cycle_min IS NOT NULL) AS cycle_arcs,
    (SELECT count(DISTINCT (from_node, to_node)) FROM enrich.road_arc WHERE walk_min IS NOT NULL) AS walk_arcs,
    $rules::VARCHAR AS rules, $fingerprint::VARCHAR AS fingerprint;
