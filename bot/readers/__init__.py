"""The world → us: fetching, decoding and one reader per kind of source."""
