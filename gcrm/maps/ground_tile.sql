-- One row: a vector tile of what the base map draws there, in one layer, in tile coordinates.
WITH near AS MATERIALIZED (
    SELECT
        layer, kind, name, storey, rank,
        CASE
            WHEN west < $west - $margin OR east > $east + $margin OR south < $south - $margin OR north > $north + $margin
                THEN ST_AsMVTGeom(
                    ST_GeomFromWKB(geometry),
                    {'min_x': $west, 'min_y': $south, 'max_x': $east, 'max_y': $north}::BOX_2D,
                    $extent::BIGINT, $buffer::BIGINT, true
                )
            ELSE ST_TransScale(
                ST_GeomFromWKB(geometry), -$west, -$north, $extent / ($east - $west), -$extent / ($north - $south)
            )
        END AS geom
    FROM enrich.ground
    WHERE $z BETWEEN min_zoom AND max_zoom
        AND east >= $west - $margin AND west <= $east + $margin
        AND north >= $south - $margin AND south <= $north + $margin
)

SELECT
    ST_AsMVT(
        {'geom': geom, 'layer': layer, 'kind': kind, 'name': name, 'storey': storey}, 'ground', $extent::INTEGER, 'geom'
        ORDER BY storey, rank
    )
FROM near
WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom)
HAVING count(*) > 0;
