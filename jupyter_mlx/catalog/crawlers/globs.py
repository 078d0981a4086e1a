"""Globs as AWS Glue's crawlers take them, relative to the place that is crawled.

``*`` matches within one name, ``**`` across folders, ``?`` one character, ``[a-c]`` and ``[!a-c]`` one of a set,
``{a,b}`` one of several patterns, and a backslash takes the next character as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

__all__ = ["Selection", "glob_regex", "glob_start", "has_glob", "quote_glob", "split_glob"]

_SPECIAL = frozenset("*?[{")


def has_glob(text: str) -> bool:
    """Whether a text has a character that globs give a meaning to."""
    return any(character in _SPECIAL for character in text)


def quote_glob(text: str) -> str:
    r"""The glob that matches this text alone.

    >>> quote_glob("a[1].csv")
    'a\\[1].csv'
    """
    return re.sub(r"([*?\[{\\])", r"\\\1", text)


def split_glob(path: str) -> tuple[str, str | None]:
    """The folder above the first name with a glob, and the rest; None where there is no glob.

    >>> split_glob("/logs/2013/access*.log")
    ('/logs/2013', 'access*.log')
    """
    names = path.split("/")
    for index, name in enumerate(names):
        if has_glob(name):
            return "/".join(names[:index]) or ("/" if path.startswith("/") else ""), "/".join(names[index:])
    return path, None


def glob_start(pattern: str) -> str:
    """What every path that a glob matches begins with.

    >>> glob_start("2013/access*.log")
    '2013/access'
    """
    return re.split(r"[*?\[{\\]", pattern, maxsplit=1)[0]


@lru_cache(maxsize=512)
def glob_regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of a glob; it is to match a whole relative path.

    Raises
    ------
    re.error: A bracket or a brace is not closed.
    """
    made: list[str] = []
    depth, index = 0, 0
    while index < len(pattern):
        character = pattern[index]
        if pattern.startswith("**", index):
            # `**/x` is also x itself.
            slash = pattern.startswith("**/", index)
            made.append("(?:.*/)?" if slash else ".*")
            index += 3 if slash else 2
            continue
        if character == "[":
            text, index = _bracket(pattern, index)
            made.append(text)
            continue
        if character == "\\":
            index += 1
            made.append(re.escape(pattern[index : index + 1] or "\\"))
        elif character == "{":
            depth += 1
            made.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            made.append(")")
        elif character == "," and depth:
            made.append("|")
        else:
            made.append({"*": "[^/]*", "?": "[^/]"}.get(character) or re.escape(character))
        index += 1
    if depth:
        raise re.error("a `{` is not closed", pattern)
    return re.compile("".join(made), re.DOTALL)


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    end = pattern.find("]", start + 2)
    if end < 0:
        raise re.error("a `[` is not closed", pattern)
    inner = pattern[start + 1 : end]
    negated = inner[:1] in ("!", "^")
    inner = re.sub(r"([\\\[&~|^])", r"\\\1", inner[1:] if negated else inner)
    return f"(?!/)[{'^' if negated else ''}{inner}]", end + 1


class Selection:
    """Which relative paths are crawled: those that an include glob matches, without those that an exclude glob does.

    An include glob that matches a folder takes all that is below it.
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = [re.compile(f"(?:{glob_regex(text).pattern})(?:/.*)?", re.DOTALL) for text in include]
        self._exclude = [(text, glob_regex(text)) for text in exclude]
        self._whole = [(text, regex) for text, regex in self._exclude if text.endswith("**")]

    def refusal(self, path: str) -> str | None:
        """Why a file is left out; None where it is not."""
        for text, regex in self._exclude:
            if regex.fullmatch(path):
                return f"it is excluded by `{text}`"
        if self._include and not any(regex.fullmatch(path) for regex in self._include):
            return "no include glob matches it"
        return None

    def folder_refusal(self, path: str) -> str | None:
        """Why nothing below a folder can be taken; None where something may."""
        return next((f"it is excluded by `{text}`" for text, regex in self._whole if regex.fullmatch(f"{path}/")), None)
