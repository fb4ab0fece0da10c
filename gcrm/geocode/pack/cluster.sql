-- One row per point of `named`: the heap of near points of one street that it belongs to; cluster.py fills it.
CREATE OR REPLACE TEMP TABLE cluster (
    number BIGINT,
    heap BIGINT
);
