"""Which folders and files are one table, by the rules of AWS Glue's crawlers, and why.

Schemas are compared per folder. Sibling folders are partitions of one table when their data is compatible (format,
compression, delimiter, and the structure of their paths), the Jaccard similarity of their schemas over (name, type)
to the most frequent one is above 0.7, and there are at most 5 distinct schemas; else each of them is a table.
Sources: AWS Glue, "How does a crawler determine when to create partitions?", "Creating a single schema for each
Amazon S3 include path", "Specifying the table location and partitioning level"; the figures from AWS re:Post, "How
does the AWS Glue crawler detect the schema?".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..models import Grouping
from .facts import FileFacts, Shape
from .partitions import hive_key

__all__ = ["MAX_SCHEMAS", "THRESHOLD", "Folder", "Group", "Rules", "group_tables", "similarity"]

THRESHOLD = 0.7
MAX_SCHEMAS = 5

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Rules:
    """What a user decides of the grouping.

    combine: Compatible data is one table however its schemas differ.
    table_level: Tables are the folders at this level, from 1; the place that is crawled is at `base_level`.
    """

    combine: bool = False
    table_level: int | None = None
    base_level: int = 1


@dataclass
class Folder:
    """A folder with its readable files and the folders below it."""

    path: str
    files: list[FileFacts] = field(default_factory=list)
    below: dict[str, Folder] = field(default_factory=dict)

    @classmethod
    def tree(cls, files: Sequence[FileFacts]) -> Folder:
        """The root of the tree that files are in."""
        root = cls("")
        known = {"": root}
        for file in files:
            path = file.entry.path.rpartition("/")[0]
            folder = known.get(path) or cls._add(known, path)
            folder.files.append(file)
        return root

    @classmethod
    def _add(cls, known: dict[str, Folder], path: str) -> Folder:
        parent, _, name = path.rpartition("/")
        above = known.get(parent) or cls._add(known, parent)
        made = above.below[name] = known[path] = cls(path)
        return made


@dataclass(frozen=True)
class Group:
    """Files that are one table.

    path: Its folder, or its one file.
    keys: Names of partition keys from the top, None for those without one.
    leaves: The folders that hold its files.
    """

    path: str
    keys: tuple[str | None, ...]
    leaves: tuple[Folder, ...]
    grouping: tuple[Grouping, ...] = ()
    single: bool = False


@dataclass(frozen=True)
class _Candidate:
    """A folder that may become a table, or a part of one above it."""

    path: str
    kind: tuple[str, str, str]
    schemas: Counter[Pairs]
    keys: tuple[str | None, ...]
    leaves: tuple[Folder, ...]
    grouping: tuple[Grouping, ...] = ()


def similarity(one: Pairs, other: Pairs) -> float:
    """Jaccard over (name, type); a column that is null throughout has the type that the other has.

    >>> round(similarity(frozenset({("a", "int64"), ("b", "string")}), frozenset({("a", "int64")})), 2)
    0.5
    """
    if one == other:
        return 1.0
    types = dict(other)
    one = frozenset((name, types.get(name, kind) if kind == "null" else kind) for name, kind in one)
    types = dict(one)
    other = frozenset((name, types.get(name, kind) if kind == "null" else kind) for name, kind in other)
    union = one | other
    return len(one & other) / len(union) if union else 1.0


def alike(one: Shape, other: Shape) -> bool:
    """Whether two files of one folder are of one table: compatible, with names in common; types are widened."""
    if one is other:
        return True
    if one.kind != other.kind:
        return False
    union = one.names | other.names
    return not union or len(one.names & other.names) / len(union) > THRESHOLD


def group_tables(root: Folder, rules: Rules) -> Iterator[Group]:
    """The tables of a tree, sorted by path."""
    grouper = _Grouper(rules)
    candidate = grouper.visit(root, rules.base_level)
    if candidate is not None:
        grouper.finish(candidate, top=True)
    yield from sorted(grouper.groups, key=lambda group: group.path)


class _Grouper:
    """Goes through a tree from its leaves up."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.groups: list[Group] = []

    def visit(self, folder: Folder, level: int) -> _Candidate | None:
        """What a folder may be a part of; None where its tables are decided already."""
        found = [self.visit(below, level + 1) for _, below in sorted(folder.below.items())]
        parts = [part for part in found if part is not None]
        own = self._own(folder, alone=not parts)
        candidate = self._merge(folder, parts, level, whole=len(parts) == len(found)) if parts else own
        if candidate is not None and level == self._rules.table_level:
            self.finish(candidate, top=True)
            return None
        return candidate

    def _own(self, folder: Folder, *, alone: bool) -> _Candidate | None:
        """A folder's own files as one; each is a table of its own where they don't go together."""
        files = folder.files
        if not files:
            return None
        shapes = {id(file.shape): file.shape for file in files}
        first, *others = [shape for shape in shapes.values() if shape is not None]
        if not alone or folder.below:
            why = "It lies beside folders with data, so it is a table of its own."
        elif not folder.path and len(files) == 1:
            why = "It is a single file at the top."
        elif any(first.kind != other.kind for other in others):
            kinds = sorted({_kind_name(shape.kind) for shape in (first, *others)})
            why = f"The files of its folder are not compatible ({', '.join(kinds)}): each is a table."
        elif not self._rules.combine and not all(alike(first, other) for other in others):
            why = f"The files of its folder have other columns, not above {THRESHOLD} alike: each is a table."
        else:
            schemas = Counter({_folder_pairs((first, *others)): 1})
            return _Candidate(folder.path, first.kind, schemas, (), (folder,))
        for file in files:
            path = file.entry.path
            told = Grouping(path, None, None, "table", why)
            self.groups.append(Group(path, (), (Folder(folder.path, [file]),), (told,), single=True))
        return None

    def _merge(self, folder: Folder, parts: list[_Candidate], level: int, *, whole: bool) -> _Candidate | None:
        """Sibling folders as partitions of the folder above them, or else each as a table."""
        rules = self._rules
        names = [part.path.rpartition("/")[2] for part in parts]
        hive = {hive_key(name) for name in names}
        forced = rules.combine or (rules.table_level is not None and level >= rules.table_level)
        schemas: Counter[Pairs] = Counter()
        for part in parts:
            schemas.update(part.schemas)
        usual = max(schemas, key=lambda pairs: (schemas[pairs], len(pairs), sorted(pairs)))
        scores = {pairs: similarity(pairs, usual) for pairs in schemas}
        numbers = {pairs: number for number, (pairs, _) in enumerate(schemas.most_common(), 1)}
        against = _against(parts, hive, whole)
        if against is None and rules.table_level is not None and level < rules.table_level:
            against = f"tables are at level {rules.table_level}, and this is {level}"
        if against is None and not forced:
            if len(schemas) > MAX_SCHEMAS:
                against = f"there are {len(schemas)} distinct schemas, more than {MAX_SCHEMAS}"
            elif (least := min(scores.values())) <= THRESHOLD:
                against = f"the least similarity is {least:.2f}, not above {THRESHOLD}"
        decision = "partition" if against is None else "table"
        told = []
        for part in parts:
            score = min(scores[pairs] for pairs in part.schemas)
            reason = f"Not one table with its siblings: {against}." if against else _for(score, len(schemas), forced)
            usual_of_part = part.schemas.most_common(1)[0][0]
            told.append(Grouping(part.path, round(score, 4), numbers[usual_of_part], decision, reason))
        if against is not None:
            for part, why in zip(parts, told, strict=True):
                self.finish(replace(part, grouping=(why, *part.grouping)))
            return None
        keys = (next(iter(hive)), *parts[0].keys)
        leaves = tuple(leaf for part in parts for leaf in part.leaves)
        below = tuple(item for part in parts for item in part.grouping)
        return _Candidate(folder.path, parts[0].kind, schemas, keys, leaves, (*told, *below))

    def finish(self, candidate: _Candidate, *, top: bool = False) -> None:
        """Make a table of a candidate: its root is the deepest folder that holds all of it, Hive's partitions aside."""
        path, keys, leaves = candidate.path, candidate.keys, candidate.leaves
        grouping = candidate.grouping
        fixed = top and self._rules.table_level is not None
        while keys and keys[0] is None and not fixed:
            start = len(path) + 1 if path else 0
            names = {leaf.path[start:].partition("/")[0] for leaf in leaves}
            if len(names) > 1:
                break
            path = f"{path}/{names.pop()}" if path else names.pop()
            keys = keys[1:]
            grouping = tuple(item for item in grouping if item.folder != path)
        if not grouping:
            count = sum(len(leaf.files) for leaf in leaves)
            reason = "It is one file." if count == 1 else f"Its {count} files are compatible and alike."
            grouping = (Grouping(path, None, 1, "table", reason),)
        self.groups.append(Group(path, keys, leaves, grouping))


def _folder_pairs(shapes: Sequence[Shape]) -> Pairs:
    """The schema of a folder: that of its files, where they disagree the merged one."""
    if len(shapes) == 1:
        return shapes[0].pairs
    from .widening import merged_columns

    columns, _ = merged_columns(shape.columns for shape in shapes)
    return frozenset((column.name, column.type) for column in columns)


def _against(parts: Sequence[_Candidate], hive: set[str | None], whole: bool) -> str | None:
    """Why folders can't be one table whatever their schemas; None where they can."""
    kinds = {part.kind for part in parts}
    if len(kinds) > 1:
        return f"their data is not compatible ({', '.join(sorted(map(_kind_name, kinds)))})"
    if len(hive) > 1:
        return "their names have different keys"
    if len({part.keys for part in parts}) > 1:
        return "the folders below them are structured differently"
    if not whole:
        return "a folder beside them holds several tables"
    return None


def _for(score: float, schemas: int, forced: bool) -> str:
    several = f"{schemas} distinct schema{'s' if schemas > 1 else ''}"
    if forced:
        return f"The options ask for one table; the similarity is {score:.2f}, with {several}."
    return f"The similarity is {score:.2f}, above {THRESHOLD}, with {several}, at most {MAX_SCHEMAS}."


def _kind_name(kind: tuple[str, str, str]) -> str:
    name, compression, delimiter = kind
    told = name + (f" in {compression}" if compression else "")
    return told + (f" delimited by {delimiter!r}" if delimiter and delimiter != "," else "")
