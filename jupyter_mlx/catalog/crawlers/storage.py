"""Where files are: a local path or an object store, how it is reached, and what its refusals mean."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ...errors import InvalidInput, MlxError, Unavailable
from .globs import has_glob, quote_glob, split_glob

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

__all__ = ["Location", "failure_of", "one_object", "open_filesystem", "s3_client", "s3_keys", "unanswered"]

ATTEMPTS = 3
TIMEOUT_S = 30.0
CONNECT_S = 5.0


@dataclass(frozen=True)
class Location:
    """A place that is crawled.

    scheme: ``file`` or ``s3``.
    base: The folder: an absolute path, or ``bucket/prefix``; no slash at its end, but for the root itself.
    pattern: What is taken of it, where the location is a glob or one file.
    single: The location is one file.
    """

    scheme: str
    base: str
    pattern: str | None = None
    single: bool = False

    @classmethod
    def parse(cls, text: str) -> Location:
        """From a path, a glob, ``file://…`` or ``s3://bucket/prefix``.

        Raises
        ------
        InvalidInput: ``location_invalid``; ``location_missing`` for a local path that isn't there.
        """
        scheme, separator, rest = text.partition("://")
        if separator and scheme.lower() in ("s3", "s3a"):
            bucket, _, key = rest.partition("/")
            if not bucket or has_glob(bucket):
                raise _invalid(text, "Give `s3://bucket/prefix`.")
            base, pattern = split_glob(f"{bucket}/{key}".rstrip("/"))
            return cls("s3", base, pattern)
        if separator and scheme.lower() != "file":
            raise _invalid(text, "Give a path, a glob, `file:///path` or `s3://bucket/prefix`.")
        path = unquote(rest.removeprefix("localhost")) if separator else text
        if not path or "\0" in path:
            raise _invalid(text, "Give a folder or a file.")
        return cls._local(os.path.abspath(os.path.expanduser(path)))

    @classmethod
    def _local(cls, path: str) -> Location:
        # A name that exists is taken as it is, whatever characters it has.
        if os.path.isdir(path):
            return cls("file", path)
        if os.path.exists(path):
            folder, name = os.path.split(path)
            return cls("file", folder, quote_glob(name), single=True)
        base, pattern = split_glob(path)
        if not os.path.isdir(base) or pattern is None:
            raise InvalidInput(
                "location_missing", f"There is no `{base}`.", "Check the path; is it mounted?", field="location"
            )
        return cls("file", base, pattern)

    def url(self, relative: str = "") -> str:
        """How the catalog names a path below this place: an absolute path, or ``s3://…``."""
        path = f"{self.base.rstrip('/')}/{relative}" if relative else self.base
        return f"s3://{path}" if self.scheme == "s3" else path

    @property
    def bucket(self) -> str:
        """The bucket of an object store."""
        return self.base.partition("/")[0]

    @property
    def prefix(self) -> str:
        """What keys of an object store begin with; with its slash."""
        key = self.base.partition("/")[2]
        return f"{key}/" if key else ""


def _invalid(text: str, remedy: str) -> InvalidInput:
    return InvalidInput("location_invalid", f"`{text}` is no place that has files.", remedy, field="location")


def s3_keys(secret: str | None) -> tuple[str | None, str | None]:
    """Key and secret out of a secret's value; Nones where there is none.

    Raises
    ------
    InvalidInput: ``secret_invalid``.
    """
    if secret is None:
        return None, None
    key, separator, value = secret.strip().partition(":")
    if not separator or not key or not value:
        raise InvalidInput(
            "secret_invalid",
            "The secret of an object store does not read as `KEY:SECRET`.",
            "Set it again: the key, a colon, the secret.",
            field="secret",
        )
    return key, value


def open_filesystem(location: str, options: Mapping[str, Any], secret: str | None) -> tuple[FileSystem, str]:
    """The Arrow file system of a location, and the path of the location in it.

    Parameters
    ----------
    location: As `ObservedTable.location` has it: a path or ``s3://…``, taken as it is, never as a glob.
    options: The source's: ``endpoint_url``, ``region``, ``anonymous``, ``timeout_s`` are used.
    secret: Value of the source's secret, ``KEY:SECRET``; without it the environment's own credentials are used.

    Raises
    ------
    InvalidInput: ``location_invalid``, ``secret_invalid``.
    """
    from pyarrow import fs

    scheme, separator, path = location.partition("://")
    if not separator or scheme.lower() == "file":
        return fs.LocalFileSystem(), os.path.abspath(os.path.expanduser(unquote(path) if separator else location))
    if scheme.lower() not in ("s3", "s3a"):
        raise _invalid(location, "Give a path or `s3://bucket/prefix`.")
    key, value = s3_keys(secret)
    given: dict[str, Any] = {"access_key": key, "secret_key": value} if key else {}
    if options.get("anonymous"):
        given = {"anonymous": True}
    if options.get("endpoint_url"):
        # With a region given no request is spent on asking for it.
        given |= {"endpoint_override": options["endpoint_url"], "region": options.get("region") or "us-east-1"}
    elif options.get("region"):
        given["region"] = options["region"]
    return fs.S3FileSystem(
        **given,
        connect_timeout=CONNECT_S,
        request_timeout=float(options.get("timeout_s") or TIMEOUT_S),
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=ATTEMPTS),
    ), path.rstrip("/")


def _moment(text: str) -> datetime:
    from botocore.utils import parse_timestamp

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        moment: datetime = parse_timestamp(text)
        return moment


def s3_client(options: Mapping[str, Any], secret: str | None, connections: int = 16) -> Any:
    """A client that retries what is throttled, with backoff."""
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.session import Session

    session = Session()
    # A listing has a moment for each object, and botocore's own parser guesses at the format of each.
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    key, value = s3_keys(secret)
    timeout = float(options.get("timeout_s") or TIMEOUT_S)
    config = Config(
        signature_version=UNSIGNED if options.get("anonymous") else None,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=min(CONNECT_S, timeout),
        read_timeout=timeout,
        max_pool_connections=connections,
        s3={"addressing_style": "path"} if options.get("endpoint_url") else None,
    )
    region = options.get("region") or ("us-east-1" if options.get("endpoint_url") else None)
    return session.create_client(
        "s3",
        endpoint_url=options.get("endpoint_url"),
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=value,
        config=config,
    )


def one_object(location: Location, client: Any) -> Location:
    """The location, as that of one object where an object has this very key.

    Raises
    ------
    InvalidInput: ``location_missing``, there is no such bucket.
    Unavailable: The object store refuses, or does not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    folder, _, name = location.base.rpartition("/")
    # Folders seldom have a suffix: most crawls are spared the request.
    if location.pattern is not None or "." not in name or not folder:
        return location
    key = location.prefix.rstrip("/")
    try:
        found = client.list_objects_v2(Bucket=location.bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    except (BotoCoreError, ClientError) as error:
        raise unanswered(error, location) from error
    if found and found[0]["Key"] == key:
        return Location("s3", folder, quote_glob(name), single=True)
    return location


def failure_of(error: BaseException) -> tuple[str, str]:
    """Code and message of a problem, for what went wrong while a file or a folder was read."""
    if isinstance(error, MlxError):
        return error.code, error.message
    number = getattr(error, "errno", None)
    text = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, FileNotFoundError) or _mentions(text, "HTTP status 404", "NoSuchKey", "RESOURCE_NOT_FOUND"):
        return "file_gone", "It was listed, but it is not there any more."
    refused = ("ACCESS_DENIED", "AccessDenied", "HTTP status 403", "(403)")
    if number in (errno.EACCES, errno.EPERM) or _mentions(text, *refused):
        return "file_refused", f"It may not be read: {text}"
    return "file_unread", f"It can't be read: {text}"


def _mentions(text: str, *words: str) -> bool:
    return any(word in text for word in words)


def unanswered(error: Exception, location: Location) -> MlxError:
    """What to raise where the first look at an object store fails."""
    response = getattr(error, "response", None) or {}
    code = str(response.get("Error", {}).get("Code", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    where = location.url()
    if code in ("NoSuchBucket", "InvalidBucketName"):
        return InvalidInput(
            "location_missing", f"There is no bucket `{location.bucket}`.", "Check its name.", field="location"
        )
    if status in (401, 403):
        return Unavailable(
            "source_refused",
            f"{where} may not be listed: {code or status}.",
            "Give the source a secret `KEY:SECRET` that may list and read it.",
        )
    if type(error).__name__ == "NoCredentialsError":
        return Unavailable(
            "source_refused",
            f"There are no credentials for {where}.",
            "Give the source a secret `KEY:SECRET`, or the option `anonymous`.",
        )
    return Unavailable(
        "source_unreachable",
        f"{where} does not answer: {' '.join(str(error).split())}",
        "Is `endpoint_url` right, and the service up? Then crawl again.",
    )
