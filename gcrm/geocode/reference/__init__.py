"""The reference: what addresses are looked for in, and what is held of it for each way of looking.

`reference` has one row per address; the tables `held_...` are made of it: its streets, postcodes, cities and words, how
far they reach, and the forms by which the names of streets are compared.
"""
