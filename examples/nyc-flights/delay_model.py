"""The delay network, and the MLflow model around it.

MLflow logs this file itself ("models from code") beside the weights as plain arrays and the
encoding as JSON. Nothing is pickled, so loading a version runs no code but this.
"""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import torch
from torch import nn


class Encoder:
    """Turns feature tables into tensors, with what it saw in the training period.

    Categories become indices, 0 for one that training did not have. Numbers are standardized;
    a missing one becomes 0, the training mean.
    """

    def __init__(
        self,
        vocabularies: dict[str, list],
        means: dict[str, float],
        scales: dict[str, float],
    ) -> None:
        """Take vocabularies by category, means and standard deviations by number."""
        self.vocabularies = vocabularies
        self.means = means
        self.scales = scales

    @classmethod
    def fit(cls, train: pd.DataFrame, categorical: list[str], numeric: list[str]) -> Encoder:
        """Learn vocabularies, means and scales from the training period alone."""
        return cls(
            {name: sorted(train[name].unique().tolist()) for name in categorical},
            train[numeric].mean().to_dict(),
            train[numeric].std().to_dict(),
        )

    def encode(self, flights: pd.DataFrame) -> tuple[torch.Tensor, torch.Tensor]:
        """Return category indices (rows, categories) and numbers (rows, numbers)."""
        indices = [
            pd.Index(vocabulary).get_indexer(flights[name]) + 1
            for name, vocabulary in self.vocabularies.items()
        ]
        numbers = (flights[list(self.means)] - pd.Series(self.means)) / pd.Series(self.scales)
        # A storm may be far outside of what training saw. The bound keeps the network on ground
        # that it knows something about.
        numbers = numbers.fillna(0.0).clip(-8, 8).to_numpy("float32")
        return torch.from_numpy(np.stack(indices, axis=1)), torch.from_numpy(numbers)


class DelayNet(nn.Module):
    """An embedding per category, the numbers beside them, a few dense layers, one logit."""

    def __init__(self, sizes: list[int], n_numbers: int, hidden: list[int]) -> None:
        """Take the vocabulary sizes, the count of numbers and the units of the layers."""
        super().__init__()
        # Half the vocabulary's size, 8 at most: plenty for 16 carriers, no room to memorize.
        self.embeddings = nn.ModuleList(
            nn.Embedding(size + 1, min(8, (size + 1) // 2)) for size in sizes
        )
        width = n_numbers + sum(table.embedding_dim for table in self.embeddings)
        layers: list[nn.Module] = []
        for units in hidden:
            layers += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(0.1)]
            width = units
        self.dense = nn.Sequential(*layers, nn.Linear(width, 1))

    def forward(self, categories: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
        """Return one logit per row."""
        embedded = [table(categories[:, i]) for i, table in enumerate(self.embeddings)]
        return self.dense(torch.cat([*embedded, numbers], dim=1)).squeeze(1)


def build(encoder: Encoder, hidden: list[int]) -> DelayNet:
    """Make the untrained network that fits an encoder."""
    sizes = [len(vocabulary) for vocabulary in encoder.vocabularies.values()]
    return DelayNet(sizes, len(encoder.means), hidden)


def save(folder: Path, network: DelayNet, encoder: Encoder, hidden: list[int]) -> dict[str, str]:
    """Write `weights.npz` and `encoding.json`; return them as MLflow artifacts."""
    folder.mkdir(parents=True, exist_ok=True)
    weights, encoding = folder / "weights.npz", folder / "encoding.json"
    arrays = {name: tensor.cpu().numpy() for name, tensor in network.state_dict().items()}
    np.savez(weights, **arrays)
    encoding.write_text(json.dumps({"encoder": vars(encoder), "hidden": hidden}, indent=1))
    return {"weights": str(weights), "encoding": str(encoding)}


class DelayModel(mlflow.pyfunc.PythonModel):
    """Feature table in, one probability of a late departure per row out."""

    def load_context(self, context: mlflow.pyfunc.PythonModelContext) -> None:
        """Rebuild the network from the version's artifacts."""
        encoding = json.loads(Path(context.artifacts["encoding"]).read_text())
        with np.load(context.artifacts["weights"], allow_pickle=False) as arrays:
            weights = {name: torch.from_numpy(arrays[name]) for name in arrays.files}
        self.encoder = Encoder(**encoding["encoder"])
        self.network = build(self.encoder, encoding["hidden"])
        self.network.load_state_dict(weights)
        self.network.eval()

    def predict(self, context, model_input: pd.DataFrame, params=None) -> np.ndarray:
        """Return the probability of each row, in the rows' order."""
        with torch.no_grad():
            logits = self.network(*self.encoder.encode(model_input))
        return torch.sigmoid(logits).numpy()


mlflow.models.set_model(DelayModel())
