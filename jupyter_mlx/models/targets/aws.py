"""AWS for deployments: clients, and what they raise as ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...errors import Conflict, Forbidden, InvalidInput, MlxError, Unavailable

__all__ = ["client", "talking", "unknown"]

_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "InvalidClientTokenId"}
_FORBIDDEN |= {"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "SignatureDoesNotMatch"}
_INVALID = {"ValidationException", "ValidationError", "NoSuchBucket", "InvalidParameterValue"}
_CONFLICT = {"ResourceInUse", "ResourceLimitExceeded", "ConflictException", "ServiceQuotaExceededException"}
_UNKNOWN = re.compile(r"could not find|does not exist|not found", re.IGNORECASE)


def client(service: str, options: Mapping[str, Any]) -> Any:
    """A client with the credentials that boto3 finds: environment, profile, role.

    Raises
    ------
    InvalidInput: ``deployment_option_missing`` where no region is known, ``deployment_option_invalid``.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import NoRegionError

    try:
        return boto3.Session().client(
            service,
            region_name=options.get("region") or None,
            endpoint_url=options.get("endpoint_url") or None,
            config=Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=10, read_timeout=60),
        )
    except NoRegionError as error:
        raise InvalidInput(
            "deployment_option_missing",
            "No region is given.",
            "Give `region`, or set AWS_REGION.",
            field="options.region",
        ) from error
    except ValueError as error:
        raise InvalidInput(
            "deployment_option_invalid",
            f"The endpoint can't be used: {error}.",
            "Write `https://host`.",
            field="options.endpoint_url",
        ) from error


@contextmanager
def talking() -> Iterator[None]:
    """Translate what boto3 raises.

    Raises
    ------
    Unavailable: ``target_unavailable``.
    Forbidden: ``target_forbidden``.
    InvalidInput, Conflict: ``target_refused``.
    """
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError as error:
        raise Unavailable(
            "target_unavailable",
            "No credentials of AWS are known here.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or give this machine a role.",
        ) from error
    except ClientError as error:
        raise _translated(error.response.get("Error", {}), error.operation_name) from error
    except BotoCoreError as error:
        raise Unavailable(
            "target_unavailable", f"AWS does not answer: {error}", "Check the region, the endpoint, the network."
        ) from error


def _translated(said: Mapping[str, Any], operation: str) -> MlxError:
    code, message = str(said.get("Code", "")), str(said.get("Message", "")).strip()
    text = f"AWS refused {operation}: {message or code}"
    if code in _FORBIDDEN:
        return Forbidden("target_forbidden", text, "Give the credentials the right to do so.")
    if code in _INVALID:
        return InvalidInput("target_refused", text, "Check the deployment's options.")
    if code in _CONFLICT:
        return Conflict("target_refused", text, "Wait, or ask AWS for a higher limit.")
    return Unavailable("target_unavailable", text, "Try again; AWS's status page may say more.")


def unknown(error: MlxError) -> bool:
    """Whether a refusal says that there is no such thing."""
    return error.code == "target_refused" and _UNKNOWN.search(error.message) is not None
