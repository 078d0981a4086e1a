"""SageMaker as a place that serves models: one endpoint a deployment, one variant a version.

Names follow from the deployment, and a configuration's name from what it says, so that whoever looks finds what is
there without remembering anything, and a rollback goes to the very configuration of then.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...errors import Conflict, InvalidInput, MlxError
from ...files import make_private
from ...settings import Settings
from ..port import RegistryPort
from .aws import client, talking, unknown
from .errands import Errand
from .model_files import local_model, pack
from .port import Deployment, Revision, RouteShare, Status
from .sagemaker_names import (
    BUCKET,
    config_name,
    is_of,
    model_name,
    place,
    prefix,
    same_variants,
    seen,
    shares,
    variant,
    variant_name,
    version_of,
    wanted_shares,
)

__all__ = ["SageMakerTarget"]

_DEFAULTS: Mapping[str, Any] = {"instance_type": "ml.m5.large", "instance_count": 1}
_NEEDED = {
    "role": "the role that SageMaker takes to read the model: arn:aws:iam::…:role/…",
    "image": "the image that serves MLflow's models; `mlflow sagemaker build-and-push-container` makes one",
    "bucket": "where the model is put for SageMaker: s3://bucket/prefix",
}
_KNOWN = {*_DEFAULTS, *_NEEDED, "region", "endpoint_url"}
_STATES = {
    "Creating": "STARTING",
    "InService": "READY",
    "Updating": "UPDATING",
    "SystemUpdating": "UPDATING",
    "RollingBack": "UPDATING",
    "Deleting": "REMOVING",
}
# So does MLflow's container know that it is SageMaker's, and what to load.
_ENVIRONMENT = {"MLFLOW_DEPLOYMENT_FLAVOR_NAME": "python_function", "SERVING_ENVIRONMENT": "SageMaker"}


class SageMakerTarget:
    """`TargetPort` on SageMaker, through boto3. `carry_out` takes long, and is called by a process of its own."""

    supports_shares = True
    supports_shadow = True
    supports_log = False

    def __init__(self, settings: Settings, registry: RegistryPort) -> None:
        self._settings = settings

    def check(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options made whole.

        Raises
        ------
        InvalidInput: ``deployment_option_invalid``, ``deployment_option_missing``.
        """
        for name in options:
            if name not in _KNOWN:
                known = ", ".join(sorted(_KNOWN))
                raise _invalid(name, f"SageMaker has no option `{name}`.", f"Known: {known}.")
        for name, meaning in _NEEDED.items():
            if not options.get(name):
                raise InvalidInput(
                    "deployment_option_missing",
                    f"SageMaker needs `{name}`.",
                    f"Give {meaning}.",
                    field=f"options.{name}",
                )
        if not BUCKET.match(options["bucket"]):
            raise _invalid("bucket", f"`{options['bucket']}` is no place in S3.", "Write s3://bucket/prefix.")
        if not re.match(r"arn:aws[\w-]*:iam::\d{12}:role/.+", options["role"]):
            raise _invalid("role", f"`{options['role']}` is no role.", "Write arn:aws:iam::123456789012:role/name.")
        whole = {**_DEFAULTS, **options}
        client("sagemaker", whole)  # a region is known
        return whole

    # -- bringing about --------------------------------------------------------------------------------------

    def apply(self, deployment: Deployment, revision: Revision) -> Status:
        """Have a process bring it about.

        Raises
        ------
        InvalidInput: ``routes_invalid``: a shadow beside several versions, which SageMaker does not have.
        """
        shadows = [route for route in revision.routes if route.shadow]
        if shadows and (len(shadows) > 1 or len(revision.routes) > 2):
            raise InvalidInput(
                "routes_invalid",
                "SageMaker sends copies to one version, where one version answers.",
                "Take the other versions out, or the shadow.",
                field="routes",
            )
        Errand.of(self._settings, deployment).start(self._settings, deployment, revision)
        began = deployment.status.address is None
        message = f"{_listed(revision.versions)} of {deployment.model} is being packed for SageMaker."
        if deployment.wanted == "stopped":
            return replace(deployment.status, state="UPDATING", message="Its endpoint is being deleted.")
        return replace(deployment.status, state="STARTING" if began else "UPDATING", message=message)

    def carry_out(self, deployment: Deployment, revision: Revision) -> None:
        """Bring it about, here: pack, upload, create or update; nothing that is there already is made again.

        Raises
        ------
        Conflict: ``endpoint_taken``: somebody else's has the name.
        """
        sagemaker = client("sagemaker", deployment.options)
        if deployment.wanted != "running":
            self._delete_endpoint(sagemaker, deployment)
            return
        endpoint = _describe(sagemaker.describe_endpoint, EndpointName=deployment.name)
        if endpoint is not None and not is_of(deployment, endpoint):
            raise Conflict(
                "endpoint_taken",
                f"SageMaker has an endpoint `{deployment.name}` that is not of this deployment.",
                "Deploy under another name.",
            )
        for version in revision.versions:
            self._make_model(sagemaker, deployment, version)
        config = config_name(deployment, revision.routes)
        if not _describe(sagemaker.describe_endpoint_config, EndpointConfigName=config):
            self._make_config(sagemaker, deployment, revision.routes, config)
        endpoint = _endpoint(sagemaker, deployment)
        with talking():
            if endpoint is None:
                sagemaker.create_endpoint(EndpointName=deployment.name, EndpointConfigName=config)
            elif same_variants(endpoint, revision.routes):
                self._change_shares(sagemaker, endpoint, revision.routes)
            elif endpoint["EndpointConfigName"] != config or shares(endpoint) != wanted_shares(revision.routes):
                sagemaker.update_endpoint(EndpointName=deployment.name, EndpointConfigName=config)

    def _make_model(self, sagemaker: Any, deployment: Deployment, version: int) -> None:
        name = model_name(deployment, version)
        if _describe(sagemaker.describe_model, ModelName=name):
            return
        container = {
            "Image": deployment.options["image"],
            "ModelDataUrl": self._upload(deployment, version),
            "Environment": _ENVIRONMENT,
        }
        with talking():
            sagemaker.create_model(
                ModelName=name, PrimaryContainer=container, ExecutionRoleArn=deployment.options["role"]
            )

    def _upload(self, deployment: Deployment, version: int) -> str:
        """Put ``model.tar.gz`` of a version where SageMaker reads it; its address."""
        bucket, key = place(deployment, version)
        work = make_private(Errand.of(self._settings, deployment).folder)
        source = local_model(self._settings.mlflow_tracking_uri, deployment.model, version, work / f"version-{version}")
        archive = work / f"version-{version}.tar.gz"
        pack(source, archive)
        with talking():
            client("s3", deployment.options).upload_file(str(archive), bucket, key)
        archive.unlink()
        return f"s3://{bucket}/{key}"

    def _make_config(self, sagemaker: Any, deployment: Deployment, routes: Sequence[RouteShare], config: str) -> None:
        given: dict[str, Any] = {
            "ProductionVariants": [variant(deployment, item) for item in routes if not item.shadow]
        }
        shadows = [variant(deployment, item) for item in routes if item.shadow]
        if shadows:
            given["ShadowProductionVariants"] = shadows
        with talking():
            sagemaker.create_endpoint_config(EndpointConfigName=config, **given)

    def _change_shares(self, sagemaker: Any, endpoint: Mapping[str, Any], routes: Sequence[RouteShare]) -> None:
        """Where only shares change, no instance is replaced."""
        if shares(endpoint) == wanted_shares(routes):
            return
        weights = [
            {"VariantName": variant_name(item.version), "DesiredWeight": item.share}
            for item in routes
            if not item.shadow
        ]
        sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=endpoint["EndpointName"], DesiredWeightsAndCapacities=weights
        )

    # -- looking ---------------------------------------------------------------------------------------------

    def look(self, deployment: Deployment) -> Status:
        """What SageMaker says of the endpoint, and how far the process is that brings a revision about."""
        errand, problem = Errand.of(self._settings, deployment).progress(deployment)
        endpoint = _endpoint(client("sagemaker", deployment.options), deployment)
        address = None if endpoint is None else _address(deployment)
        versions = () if endpoint is None else tuple(map(seen, endpoint.get("ProductionVariants", ())))
        versions += () if endpoint is None else tuple(map(seen, endpoint.get("ShadowProductionVariants", ())))
        if errand == "failed":
            return Status("FAILED", problem, address, versions)
        if errand == "running":
            message = deployment.status.message or "It is being brought about."
            return Status("UPDATING" if endpoint is not None else "STARTING", message, address, versions)
        if endpoint is None:
            if deployment.wanted == "stopped":
                return Status("STOPPED")
            return Status("FAILED", f"SageMaker has no endpoint `{deployment.name}`: stop and start the deployment.")
        state = _STATES.get(endpoint["EndpointStatus"], "FAILED")
        message = str(endpoint.get("FailureReason", "")) if state == "FAILED" else ""
        if state in ("STARTING", "UPDATING"):
            message = "SageMaker starts the instances, which takes minutes."
        return Status(state, message, address, versions)

    def remove(self, deployment: Deployment) -> Status | None:
        """Delete the endpoint, its configurations, its models and their files."""
        sagemaker = client("sagemaker", deployment.options)
        if self._delete_endpoint(sagemaker, deployment):
            return replace(deployment.status, state="REMOVING", message="SageMaker deletes the endpoint.")
        own = prefix(deployment)
        with talking():
            for page in sagemaker.get_paginator("list_endpoint_configs").paginate(NameContains=own):
                for item in page["EndpointConfigs"]:
                    if item["EndpointConfigName"].startswith(own):
                        sagemaker.delete_endpoint_config(EndpointConfigName=item["EndpointConfigName"])
            for page in sagemaker.get_paginator("list_models").paginate(NameContains=own):
                for item in page["Models"]:
                    if item["ModelName"].startswith(own):
                        sagemaker.delete_model(ModelName=item["ModelName"])
            self._delete_files(deployment)
        Errand.of(self._settings, deployment).forget()
        return None

    def _delete_endpoint(self, sagemaker: Any, deployment: Deployment) -> bool:
        """Whether there is still something of it."""
        endpoint = _endpoint(sagemaker, deployment)
        if endpoint is None:
            return False
        if endpoint["EndpointStatus"] != "Deleting":
            with talking():
                sagemaker.delete_endpoint(EndpointName=deployment.name)
        return _endpoint(sagemaker, deployment) is not None

    def _delete_files(self, deployment: Deployment) -> None:
        s3 = client("s3", deployment.options)
        bucket, key = place(deployment, 0)
        folder = key.removesuffix("0/model.tar.gz")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
            for item in page.get("Contents", ()):
                s3.delete_object(Bucket=bucket, Key=item["Key"])

    # -- using -----------------------------------------------------------------------------------------------

    def access(self, deployment: Deployment) -> dict[str, Any]:
        """How it is called: requests are signed with credentials of AWS, there is no token.

        Raises
        ------
        Conflict: ``deployment_not_ready``.
        """
        self._require_ready(deployment)
        address = _address(deployment)
        region = client("sagemaker", deployment.options).meta.region_name
        curl = (
            f'curl {address} \\\n  --aws-sigv4 "aws:amz:{region}:sagemaker" \\\n'
            '  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\\n'
            "  -H 'Content-Type: application/json' \\\n  -d 'ROWS'"
        )
        python = (
            f'import json\n\nimport boto3\n\nclient = boto3.client("sagemaker-runtime", region_name="{region}")\n'
            f'answer = client.invoke_endpoint(\n    EndpointName="{deployment.name}",\n'
            '    ContentType="application/json",\n    Body=json.dumps(ROWS),\n)\n'
            'print(json.load(answer["Body"])["predictions"])'
        )
        return {"address": address, "token": None, "curl": curl, "python": python}

    def score(
        self,
        deployment: Deployment,
        inputs: Sequence[Mapping[str, Any]],
        parameters: Mapping[str, Any],
        version: int | None,
    ) -> dict[str, Any]:
        """What the model predicts.

        Raises
        ------
        InvalidInput: ``input_invalid``.
        Conflict: ``deployment_not_ready``.
        """
        self._require_ready(deployment)
        columns = list(dict.fromkeys(name for row in inputs for name in row))
        body: dict[str, Any] = {
            "dataframe_split": {"columns": columns, "data": [[row.get(name) for name in columns] for row in inputs]}
        }
        if parameters:
            body["params"] = dict(parameters)
        target = {} if version is None else {"TargetVariant": variant_name(version)}
        runtime = client("sagemaker-runtime", deployment.options)
        begun = time.perf_counter()
        try:
            with talking():
                answer = runtime.invoke_endpoint(
                    EndpointName=deployment.name, ContentType="application/json", Body=json.dumps(body), **target
                )
                content = answer["Body"].read()
        except MlxError as error:
            if "ModelError" in error.message or "(400)" in error.message:
                raise InvalidInput(
                    "input_invalid", error.message, "Send rows as the signature has them.", field="inputs"
                ) from error
            raise
        took_ms = (time.perf_counter() - begun) * 1000
        found = _parsed(content)
        predictions = found.get("predictions", found) if isinstance(found, dict) else found
        return {
            "predictions": predictions if isinstance(predictions, list) else [predictions],
            "version": version_of(answer.get("InvokedProductionVariant", "")) or (version or 0),
            "milliseconds": round(took_ms, 3),
        }

    def requests(
        self, deployment: Deployment, *, limit: int = 100, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """None: SageMaker's data capture has them, where that is set up."""
        return [], None

    def log(self, deployment: Deployment, version: int | None) -> str:
        """None: CloudWatch has them."""
        return ""

    def _require_ready(self, deployment: Deployment) -> None:
        if deployment.wanted != "running" or deployment.status.address is None:
            raise Conflict(
                "deployment_not_ready",
                f"`{deployment.name}` does not answer: it is {deployment.status.state.lower()}.",
                "Wait until it is ready, or start it.",
            )


def _address(deployment: Deployment) -> str:
    runtime = client("sagemaker-runtime", deployment.options)
    return f"{runtime.meta.endpoint_url}/endpoints/{deployment.name}/invocations"


def _listed(versions: Sequence[int]) -> str:
    return f"Version {', '.join(map(str, versions))}"


def _endpoint(sagemaker: Any, deployment: Deployment) -> dict[str, Any] | None:
    """The deployment's endpoint; None where there is none of its name, or somebody else's."""
    found = _describe(sagemaker.describe_endpoint, EndpointName=deployment.name)
    return found if found is not None and is_of(deployment, found) else None


def _describe(describe: Any, **named: str) -> dict[str, Any] | None:
    """What AWS says of something; None where there is no such thing."""
    try:
        with talking():
            found: dict[str, Any] = describe(**named)
    except MlxError as error:
        if unknown(error):
            return None
        raise
    return found


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")


def _invalid(name: str, message: str, remedy: str) -> InvalidInput:
    return InvalidInput("deployment_option_invalid", message, remedy, field=f"options.{name}")
