"""Training sets as datasets of PyTorch's."""

from __future__ import annotations

import pandas as pd
import pytest

from jupyter_mlx.errors import InvalidInput
from jupyter_mlx.features.api import TrainingSet

from .conftest import Flights, labels

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore")


def made(flights: Flights, **options: object) -> TrainingSet:
    """Two labels that find a value and one that does not, with what is to be predicted."""
    flights.apply()
    asked = labels(
        ("EWR", "2013-01-01 05:30"), ("LGA", "2013-01-01 05:30"), ("JFK", "2013-01-01 00:00"), late=[0, 1, 1]
    )
    return TrainingSet(flights.training_set(asked, **options))


def test_items_are_features_in_their_order_and_the_target(flights: Flights) -> None:
    dataset = made(flights, target="late").to_torch()
    assert dataset.features == ["temp", "wind", "celsius"]
    batch, target = next(iter(torch.utils.data.DataLoader(dataset, batch_size=3)))
    assert (batch.shape, batch.dtype, target.tolist()) == ((3, 3), torch.float32, [0.0, 1.0, 1.0])
    assert batch[:, 0].nan_to_num(-1).tolist() == [37.0, -1.0, 32.0], "nulls are NaN, no row is lost"


def test_without_a_target_items_are_features(flights: Flights) -> None:
    dataset = made(flights).to_torch(columns=["celsius", "late"])
    assert len(dataset) == 3
    assert dataset[2].tolist() == [0.0, 1.0]


def test_what_is_no_number_and_what_is_not_there_is_refused(flights: Flights) -> None:
    found = made(flights)
    with pytest.raises(InvalidInput, match="holds no numbers") as text:
        found.to_torch(columns=["origin"])
    assert "temp" in (text.value.remedy or "")
    with pytest.raises(InvalidInput, match="no column `tempp`") as near:
        found.to_torch(columns=["tempp"])
    assert near.value.remedy == "Did you mean `temp`?"
    assert isinstance(found.to_pandas(), pd.DataFrame)
