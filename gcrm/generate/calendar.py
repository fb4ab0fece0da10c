"""The days that invented things happen on, as codes: day 0 is the first of 2014."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

#: First day, and number of days: 2014 to 2017.
EPOCH = np.datetime64("2014-01-01")
DAYS = 1461
#: Orders are known of 2016 and 2017.
FIRST_ORDER_DAY = 730

_BAD = ("2016-02-30", "31.12.2016", "soon")

#: Text of every code: ISO 8601, and after the last day some that are no days.
WORDS = pa.array([str(EPOCH + d) for d in range(DAYS)] + list(_BAD))
BAD_DAYS = tuple(range(DAYS, DAYS + len(_BAD)))
