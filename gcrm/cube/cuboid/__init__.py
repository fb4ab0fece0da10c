"""Cuboids: aggregates of a fact kept ready for some sets of dimensions, and the way from a question to the smallest.

A cuboid never changes a figure. It answers a measure only where its rows can be added up exactly: sums always, counts
of different things only where no thing can stand in two rows that are added, which the build proves on the data.
"""
