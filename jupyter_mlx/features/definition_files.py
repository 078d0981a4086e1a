"""The files of a repository that define a view: Python for Feast, settings, and a test that what is served is true."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from .models import Entity

__all__ = ["Definition", "import_of", "parity_test", "settings_file"]

_VALUE_TYPES = {"String": "STRING", "Int32": "INT32", "Int64": "INT64"}

_SETTINGS = """\
project: {project}
provider: local
registry: data/registry.db
offline_store:
  type: jupyter_mlx.features.asof.AsofOfflineStore
online_store:
  type: jupyter_mlx.features.online.WideOnlineStore
  path: data/online.db
batch_engine:
  type: jupyter_mlx.features.engine.ArrowEngine
entity_key_serialization_version: 3
"""

_PARITY = '''\
"""What is served of `{name}` is what its source says."""


def test_what_is_served_is_what_the_source_says():
    import jupyter_mlx as mlx

    found = mlx.features.parity("{project}/{name}")
    assert found["unequal"] == 0, found["examples"]
'''


@dataclass(frozen=True)
class Definition:
    """What is written of a view.

    entities: By join key, an entity that is there with the module and the name to import it from; None for a new one.
    keys, features: Types as Feast calls them.
    """

    name: str
    keys: Mapping[str, str]
    features: Mapping[str, str]
    timestamp: str
    created: str | None = None
    ttl: timedelta | None = None
    description: str = ""
    owner: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    entities: Mapping[str, tuple[Entity, tuple[str, str] | None]] = field(default_factory=dict)

    def to_python(self) -> str:
        """The file's text."""
        imports, made, names = self._entities()
        kinds = sorted({part for kind in self.features.values() for part in kind.rstrip(")").split("(")})
        values = ", ValueType" if made else ""
        head = [f'"""Features `{self.name}`, written by `jupyter mlx features define`."""', ""]
        head += ["from datetime import timedelta", ""] if self.ttl is not None else []
        head.append(f"from feast import {'Entity, ' if made else ''}FeatureView, Field, FileSource{values}")
        head += [f"from feast.types import {', '.join(kinds)}", *(["", *imports] if imports else []), ""]
        fields = [f"        Field(name={_text(name)}, dtype={kind})," for name, kind in self.features.items()]
        source = [
            f"{self.name}_source = FileSource(",
            f"    name={_text(f'{self.name}_source')},",
            f"    path={_text(f'data/{self.name}.parquet')},",
            f"    timestamp_field={_text(self.timestamp)},",
            *([f"    created_timestamp_column={_text(self.created)},"] if self.created else []),
            ")",
            "",
        ]
        ttl = [] if self.ttl is None else [f"    ttl={_duration(self.ttl)},"]
        view = [
            f"{self.name} = FeatureView(",
            f"    name={_text(self.name)},",
            f"    entities=[{', '.join(names)}],",
            *ttl,
            "    schema=[",
            *fields,
            "    ],",
            f"    source={self.name}_source,",
            "    online=True,",
            f"    description={_text(self.description)},",
            f"    owner={_text(self.owner)},",
            "    tags={",
            *(f"        {_text(key)}: {_text(value)}," for key, value in self.tags.items()),
            "    },",
            ")",
        ]
        return "\n".join([*head, *made, *source, *view, ""])

    def _entities(self) -> tuple[list[str], list[str], list[str]]:
        imports: list[str] = []
        made: list[str] = []
        names: list[str] = []
        for key, kind in self.keys.items():
            entity, place = self.entities.get(key, (None, None))
            if place is not None:
                module, variable = place
                called = f"{variable} as {variable}_entity" if variable == self.name else variable
                imports.append(f"from {module} import {called}")
                names.append(called.rpartition(" ")[2])
                continue
            entity = entity or Entity(key, key, _VALUE_TYPES[kind])
            variable = f"{key}_entity"
            made += [
                f"{variable} = Entity(",
                f"    name={_text(entity.name)},",
                f"    join_keys=[{_text(entity.join_key)}],",
                f"    value_type=ValueType.{entity.type},",
                *([f"    description={_text(entity.description)},"] if entity.description else []),
                ")",
                "",
            ]
            names.append(variable)
        return sorted(imports), made, names


def _text(value: str) -> str:
    # JSON's texts are Python's, but for what lies beyond the first plane, which stays as it is.
    return json.dumps(value, ensure_ascii=False)


def _duration(value: timedelta) -> str:
    given = {"days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
    said = ", ".join(f"{name}={count}" for name, count in given.items() if count)
    return f"timedelta({said})"


def settings_file(project: str) -> str:
    """``feature_store.yaml`` of a new repository, on our stores."""
    return _SETTINGS.format(project=project)


def parity_test(project: str, name: str) -> str:
    """A test that compares what is served with what the source says."""
    return _PARITY.format(project=project, name=name)


def import_of(folder: Path, entity: Entity) -> tuple[str, str] | None:
    """The module of a repository and the name in it that an entity has; None where its files do not say it plainly."""
    for path in sorted(folder.glob("**/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _makes(node.value, entity):
                module = ".".join(path.relative_to(folder).with_suffix("").parts)
                return module, node.targets[0].id
    return None


def _makes(value: ast.expr, entity: Entity) -> bool:
    if not isinstance(value, ast.Call) or ast.unparse(value.func).rpartition(".")[2] != "Entity":
        return False
    given = [item.value for item in value.keywords if item.arg == "name"] + value.args[:1]
    return any(isinstance(item, ast.Constant) and item.value == entity.name for item in given)
