-- One row per field of a party: which of its values counts.
CREATE OR REPLACE TEMP TABLE golden_rule AS
SELECT unnest($fields::VARCHAR[]) AS field, unnest($rules::VARCHAR[]) AS rule;
