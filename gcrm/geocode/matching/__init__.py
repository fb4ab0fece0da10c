"""Matching: which address of the reference a written one stands for.

Each distinct question is asked once: those that the reference answers in every part are done (`exact`); for the others
(`open`) the streets that may be meant are compared (`alike`), and their addresses with what speaks against each
(`candidate`), at prices that `fault.sql` names.
"""
