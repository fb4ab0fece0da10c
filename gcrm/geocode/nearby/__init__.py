"""Nearby: how close one can come to an address that the reference does not have.

Between its neighbours (`neighbour`), on the segment of its street (`segment`), where two streets meet (`crossing`), or
in the middle of its street, postcode or place (`near`). None of them is passed off as the address itself.
"""
