"""What comes in: the located records of a project, its reference packs, and the parcels that records name."""
