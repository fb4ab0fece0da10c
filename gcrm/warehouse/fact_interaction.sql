-- One row per contact with a customer or prospect, with the place and owner of the party.
CREATE TABLE warehouse.fact_interaction AS
SELECT
    i.interaction_id, i.occurred_at, c.customer_key, p.prospect_key,
    coalesce(c.location_id, p.location_id) AS location_id, coalesce(c.owner_id, p.owner_id) AS owner_id,
    i.channel, i.kind, i.campaign_id, i.outcome
FROM ingest.interaction AS i
LEFT JOIN warehouse.dim_customer AS c ON c.customer_id = i.customer_id
LEFT JOIN warehouse.dim_prospect AS p ON p.prospect_id = i.prospect_id;
