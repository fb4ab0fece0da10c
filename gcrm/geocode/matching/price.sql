-- One row: the price of each fault by its name.
CREATE OR REPLACE TEMP TABLE price AS
SELECT map(list(fault), list(price)) AS prices FROM fault;
