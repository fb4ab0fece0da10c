"""Reading: from an address as somebody wrote it to the keys of its parts.

Each distinct written address is read once (`written`): parts that stand in each other's columns are put right
(`arranged`), whole texts are taken apart (`parsed`), street names get their key (`street`), and so does the address
(`address`). Texts that no pattern fits are tried once more with what the reference knows (`reordered`).
"""
