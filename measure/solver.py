"""The optimal assignment, by SciPy, which is an extra."""

from typing import Any

from ..schema.errors import MissingExtra


def require() -> None:
    """Make sure that what measuring needs is there.

    Raises:
        MissingExtra: NumPy or SciPy is not installed.
    """
    try:
        import numpy as np  # noqa: F401
        import scipy.optimize  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        raise MissingExtra(
            "comparing annotators needs NumPy and SciPy; install them with: pip install 'onrecord[agreement]'"
        ) from None


def assign(weights: Any) -> tuple[Any, Any]:
    """Rows and columns of a matrix, paired one to one so that the sum of their weights is the greatest."""
    from scipy.optimize import linear_sum_assignment

    return linear_sum_assignment(weights, maximize=True)  # type: ignore[no-any-return]
