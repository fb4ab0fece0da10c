"""The verdict: of all answers to a question the one that counts, and how sure it is.

What the reference says comes first (`match`), then what remote geocoders found for places without an answer
(`suggestion`), and last the word of people (`decision`), which outranks everything.
"""
