"""SageMaker as moto plays it: what a deployment makes there, seen through plain boto3."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from jupyter_mlx.errors import Conflict, InvalidInput, Unavailable
from jupyter_mlx.models.targets.aws import client, talking
from jupyter_mlx.models.targets.errands import Errand
from jupyter_mlx.models.targets.model_files import pack
from jupyter_mlx.models.targets.port import Deployment
from jupyter_mlx.models.targets.sagemaker import SageMakerTarget
from jupyter_mlx.settings import Settings

from .conftest import revision
from .moto_updates import sagemaker_server

ROLE = "arn:aws:iam::123456789012:role/mlx"
IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/mlflow-pyfunc:3.17"


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Options of a deployment to moto's server, with a bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with sagemaker_server(monkeypatch) as url:
        made = {"role": ROLE, "image": IMAGE, "bucket": "s3://models/live", "region": "eu-central-1"}
        made["endpoint_url"] = url
        plain("s3", made).create_bucket(
            Bucket="models", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        yield made


def plain(service: str, options: dict[str, Any]) -> Any:
    return boto3.client(service, region_name=options["region"], endpoint_url=options["endpoint_url"])


def done(settings: Settings, deployment: Deployment) -> None:
    Errand.of(settings, deployment).end(deployment.revision, deployment.wanted)


def test_an_endpoint_is_created_updated_with_a_second_version_rolled_back_and_deleted(
    settings: Settings, options: dict[str, Any], deployment: Callable[..., Deployment]
) -> None:
    target = SageMakerTarget(settings, None)  # type: ignore[arg-type]
    row = deployment("sagemaker", target.check(options))
    aws, s3 = plain("sagemaker", options), plain("s3", options)

    target.carry_out(row, revision(1, {1: 1.0}))
    endpoint = aws.describe_endpoint(EndpointName="delay-live")
    first = endpoint["EndpointConfigName"]
    assert [item["VariantName"] for item in endpoint["ProductionVariants"]] == ["v1"]
    container = aws.describe_model(ModelName="delay-live-0123456789ab-v1")["PrimaryContainer"]
    assert container["Image"] == IMAGE
    assert container["ModelDataUrl"] == "s3://models/live/delay-live-0123456789ab/1/model.tar.gz"
    packed = s3.get_object(Bucket="models", Key="live/delay-live-0123456789ab/1/model.tar.gz")["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert sorted(archive.getnames()) == ["MLmodel", "model.bin", "requirements.txt"]
    done(settings, row)
    status = target.look(row)
    assert (status.state, [(item.version, item.state) for item in status.versions]) == ("READY", [(1, "READY")])
    assert status.address is not None
    assert status.address.endswith("/endpoints/delay-live/invocations")

    row = replace(row, revision=2, status=status)
    target.carry_out(row, revision(2, {1: 0.75, 2: 0.25}))
    endpoint = aws.describe_endpoint(EndpointName="delay-live")
    weights = {item["VariantName"]: item["DesiredWeight"] for item in endpoint["ProductionVariants"]}
    assert weights == {"v1": 0.75, "v2": 0.25}
    assert endpoint["EndpointConfigName"] != first
    done(settings, row)
    assert {item.version for item in target.look(row).versions} == {1, 2}

    # Where shares alone change, the configuration stays: no instance is replaced.
    second = endpoint["EndpointConfigName"]
    target.carry_out(replace(row, revision=3), revision(3, {1: 0.5, 2: 0.5}))
    endpoint = aws.describe_endpoint(EndpointName="delay-live")
    assert {item["VariantName"]: item["DesiredWeight"] for item in endpoint["ProductionVariants"]} == {
        "v1": 0.5,
        "v2": 0.5,
    }
    assert endpoint["EndpointConfigName"] == second

    target.carry_out(replace(row, revision=4), revision(4, {1: 1.0}))
    endpoint = aws.describe_endpoint(EndpointName="delay-live")
    assert endpoint["EndpointConfigName"] == first  # the very configuration of then
    assert [item["VariantName"] for item in endpoint["ProductionVariants"]] == ["v1"]

    target.carry_out(replace(row, revision=5), revision(5, {1: 1.0}, shadow=2))
    endpoint = aws.describe_endpoint(EndpointName="delay-live")
    assert [item["VariantName"] for item in endpoint["ShadowProductionVariants"]] == ["v2"]

    stopped = replace(row, revision=5, wanted="stopped")
    target.carry_out(stopped, revision(5, {1: 1.0}))
    assert aws.list_endpoints()["Endpoints"] == []
    done(settings, stopped)
    assert target.look(stopped).state == "STOPPED"

    target.carry_out(replace(row, revision=6), revision(6, {2: 1.0}))
    assert target.remove(replace(row, wanted="removed")) is None
    assert aws.list_endpoints()["Endpoints"] == []
    assert aws.list_endpoint_configs()["EndpointConfigs"] == []
    assert aws.list_models()["Models"] == []
    assert "Contents" not in s3.list_objects_v2(Bucket="models")


def test_an_endpoint_of_somebody_else_is_left_alone(
    settings: Settings, options: dict[str, Any], deployment: Callable[..., Deployment]
) -> None:
    target = SageMakerTarget(settings, None)  # type: ignore[arg-type]
    row = deployment("sagemaker", target.check(options))
    theirs = replace(row, id="fedcba987654")
    target.carry_out(theirs, revision(1, {1: 1.0}))
    with pytest.raises(Conflict, match="not of this deployment"):
        target.carry_out(row, revision(1, {2: 1.0}))
    done(settings, row)
    assert target.look(row).state == "FAILED"
    assert target.remove(replace(row, wanted="removed")) is None
    assert target.look(theirs).versions[0].version == 1


def test_rows_are_scored_by_the_endpoint(
    settings: Settings, options: dict[str, Any], deployment: Callable[..., Deployment]
) -> None:
    target = SageMakerTarget(settings, None)  # type: ignore[arg-type]
    row = deployment("sagemaker", target.check(options))
    with pytest.raises(Conflict, match="does not answer"):
        target.score(row, [{"x": 1}], {}, None)
    target.carry_out(row, revision(1, {1: 1.0}))
    done(settings, row)
    import requests

    answer = {"Body": '{"predictions": [0.25]}', "InvokedProductionVariant": "v1", "ContentType": "application/json"}
    told = {"account_id": "123456789012", "region": "eu-central-1", "results": [answer]}
    requests.post(f"{options['endpoint_url']}/moto-api/static/sagemaker/endpoint-results", json=told, timeout=10)
    found = target.score(replace(row, status=target.look(row)), [{"x": 1}], {}, None)
    assert (found["predictions"], found["version"]) == ([0.25], 1)
    assert 'EndpointName="delay-live"' in target.access(replace(row, status=target.look(row)))["python"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"role": None}, "deployment_option_missing", "options.role"),
        ({"bucket": "models"}, "deployment_option_invalid", "options.bucket"),
        ({"role": "mlx"}, "deployment_option_invalid", "options.role"),
        ({"workers": 2}, "deployment_option_invalid", "options.workers"),
        ({"region": None}, "deployment_option_missing", "options.region"),
        ({"endpoint_url": "nowhere"}, "deployment_option_invalid", "options.endpoint_url"),
    ],
)
def test_options_that_can_not_work_are_refused_before_anything_is_made(
    settings: Settings, options: dict[str, Any], change: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        SageMakerTarget(settings, None).check({**options, **change})  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == (code, field)


def test_an_endpoint_that_is_gone_or_could_not_be_made_says_so(
    settings: Settings, options: dict[str, Any], deployment: Callable[..., Deployment]
) -> None:
    target = SageMakerTarget(settings, None)  # type: ignore[arg-type]
    row = deployment("sagemaker", target.check(options))
    done(settings, row)
    gone = target.look(row)
    assert (gone.state, gone.message) == (
        "FAILED",
        "SageMaker has no endpoint `delay-live`: stop and start the deployment.",
    )
    Errand.of(settings, row).end(1, "running", "AWS refused CreateModel: no such role")
    assert target.look(row).message == "AWS refused CreateModel: no such role"
    with pytest.raises(InvalidInput, match="copies to one version"):
        target.apply(row, revision(1, {1: 0.5, 2: 0.5}, shadow=3))


def test_what_aws_refuses_is_told_in_our_words(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="AWS refused DescribeEndpoint"), talking():
        client("sagemaker", options).describe_endpoint(EndpointName="nobody")
    with pytest.raises(Unavailable, match="AWS does not answer"), talking():
        client("sagemaker", {**options, "endpoint_url": "http://127.0.0.1:9"}).list_endpoints()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Unavailable, match="No credentials of AWS"), talking():
        client("sagemaker", options).list_endpoints()


def test_the_same_files_are_packed_to_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "model"
    source.mkdir()
    (source / "MLmodel").write_text("flavors: {}\n")
    for name in ("one", "two"):
        pack(source, tmp_path / name)
        (source / "MLmodel").touch()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
