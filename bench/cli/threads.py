"""How many threads the linear algebra of numpy may use: one, unless somebody says otherwise."""

from __future__ import annotations

import os

BLAS_VARIABLE = "OPENBLAS_NUM_THREADS"


def one_thread_for_small_matrices() -> None:
    """Has to come before numpy is loaded; child processes inherit it.

    The bench solves many small systems (a drift fit: two hundred of 300 rows). OpenBLAS hands each to threads
    that spin while they wait, which made such a fit ten times slower on a busy computer, and takes the cores
    from whoever has to read an instrument in time.
    """
    os.environ.setdefault(BLAS_VARIABLE, "1")
