"""Secrets by reference: a keyring where there is one, else an encrypted file, else the environment.

A value never reaches the store, a notebook, a log, an event, MLflow or an error message.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from .errors import InvalidInput, NotFound
from .files import make_private, write_atomic

__all__ = ["ENVIRONMENT_PREFIX", "SecretStore", "get"]

SERVICE = "jupyter_mlx"
ENVIRONMENT_PREFIX = "JUPYTER_MLX_SECRET_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def get(reference: str) -> str:
    """The value of a secret inside a run: `reference` is ``secret://NAME`` or the name.

    Raises
    ------
    NotFound: ``secret_unknown``: the run was not given that secret.
    """
    name = reference.removeprefix("secret://")
    value = os.environ.get(ENVIRONMENT_PREFIX + name)
    if value is None:
        raise NotFound(
            "secret_unknown", f"This run was not given the secret `{name}`.", f"Grant it: `--secret {name}`."
        )
    return value


class SecretStore:
    """Names and values of a user's secrets.

    Parameters
    ----------
    state_dir: Where the encrypted file lies when there is no keyring.
    """

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "secrets"
        self._file = self._folder / "secrets.enc"
        self._key_file = self._folder / "key"
        self._names = self._folder / "names.json"

    @property
    def backend(self) -> str:
        """``keyring`` or ``file``."""
        import keyring
        from keyring.backends.fail import Keyring

        return "file" if isinstance(keyring.get_keyring(), Keyring) else "keyring"

    def put(self, name: str, value: str) -> None:
        """Keep a secret.

        Raises
        ------
        InvalidInput: ``secret_name_invalid``.
        """
        if not _NAME.match(name):
            raise InvalidInput(
                "secret_name_invalid", f"`{name}` can't be a secret's name.", "Use letters, digits and `_`."
            )
        make_private(self._folder)
        if self.backend == "keyring":
            import keyring

            keyring.set_password(SERVICE, name, value)
            self._write_names({*self._kept_names(), name})
        else:
            self._write_file({**self._read_file(), name: value})

    def remove(self, name: str) -> None:
        """Forget a secret.

        Raises
        ------
        NotFound: ``secret_unknown``.
        """
        if name not in self._own_names():
            raise _unknown(name, self.names())
        if self.backend == "keyring":
            import keyring

            keyring.delete_password(SERVICE, name)
            self._write_names({*self._kept_names()} - {name})
        else:
            self._write_file({key: value for key, value in self._read_file().items() if key != name})

    def names(self) -> list[str]:
        """All names, those from the environment included."""
        given = {key.removeprefix(ENVIRONMENT_PREFIX) for key in os.environ if key.startswith(ENVIRONMENT_PREFIX)}
        return sorted(self._own_names() | given)

    def value(self, name: str) -> str:
        """The value of a secret.

        Raises
        ------
        NotFound: ``secret_unknown``.
        """
        value: str | None = None
        if name in self._own_names():
            if self.backend == "keyring":
                import keyring

                value = keyring.get_password(SERVICE, name)
            else:
                value = self._read_file().get(name)
        value = value if value is not None else os.environ.get(ENVIRONMENT_PREFIX + name)
        if value is None:
            raise _unknown(name, self.names())
        return value

    def check(self, names: tuple[str, ...]) -> None:
        """Refuse a name that nobody set.

        Raises
        ------
        NotFound: ``secret_unknown``.
        """
        have = self.names() if names else []
        for name in names:
            if name not in have:
                raise _unknown(name, have)

    def _own_names(self) -> set[str]:
        return self._kept_names() if self.backend == "keyring" else set(self._read_file())

    def _kept_names(self) -> set[str]:
        return set(json.loads(self._names.read_text())) if self._names.exists() else set()

    def _write_names(self, names: set[str]) -> None:
        write_atomic(self._names, json.dumps(sorted(names)).encode())

    def _read_file(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        from cryptography.fernet import Fernet

        content: dict[str, str] = json.loads(Fernet(self._key_file.read_bytes()).decrypt(self._file.read_bytes()))
        return content

    def _write_file(self, values: dict[str, str]) -> None:
        from cryptography.fernet import Fernet

        if not self._key_file.exists():
            write_atomic(self._key_file, Fernet.generate_key())
        write_atomic(self._file, Fernet(self._key_file.read_bytes()).encrypt(json.dumps(values).encode()))


def _unknown(name: str, have: list[str]) -> NotFound:
    known = ", ".join(have) or "none"
    return NotFound(
        "secret_unknown",
        f"There is no secret `{name}`.",
        f"Set it with `jupyter mlx secrets set {name}`. Known: {known}.",
        field="secrets",
    )
