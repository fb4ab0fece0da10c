-- One row: a vector tile with one point per occupied grid square of the tile, in tile coordinates.
WITH near AS (
    SELECT
        ((lon + 180) / 360) * pow(2, $z) - $x AS across,
        (1 - asinh(tan(radians(lat))) / pi()) / 2 * pow(2, $z) - $y AS down
    FROM ingest.address_reference
    WHERE lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north
),

square AS (
    SELECT DISTINCT floor(across * $grid)::INTEGER AS gx, floor(down * $grid)::INTEGER AS gy
    FROM near
),

point AS (
    SELECT ST_Point((gx + 0.5) * $extent / $grid, (gy + 0.5) * $extent / $grid) AS geom
    FROM square
)

SELECT ST_AsMVT({'geom': geom}, 'addresses', $extent::INTEGER)
FROM point
HAVING count(*) > 0
