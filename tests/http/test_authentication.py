"""Nobody gets in without the token, past XSRF, from a foreign page, or against the authorizer: on every route."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPResponse

from .routes import answered, registered

# What the authorizer is asked, route by route.
RIGHTS = {
    ("GET", "/config"): ("read", "mlx-jobs"),
    ("GET", "/jobs"): ("read", "mlx-jobs"),
    ("POST", "/jobs"): ("execute", "mlx-jobs"),
    ("GET", "/jobs/{id}"): ("read", "mlx-jobs"),
    ("DELETE", "/jobs/{id}"): ("write", "mlx-jobs"),
    ("POST", "/jobs/{id}/cancel"): ("execute", "mlx-jobs"),
    ("POST", "/jobs/{id}/retry"): ("execute", "mlx-jobs"),
    ("POST", "/jobs/{id}/clone"): ("execute", "mlx-jobs"),
    ("GET", "/jobs/{id}/events"): ("read", "mlx-jobs"),
    ("GET", "/jobs/{id}/log"): ("read", "mlx-jobs"),
    ("GET", "/jobs/{id}/notebook"): ("read", "mlx-jobs"),
    ("GET", "/jobs/{id}/outputs/{name}"): ("read", "mlx-jobs"),
    ("GET", "/notebooks/parameters"): ("read", "mlx-jobs"),
    ("GET", "/schedules"): ("read", "mlx-schedules"),
    ("POST", "/schedules"): ("execute", "mlx-schedules"),
    ("GET", "/schedules/preview"): ("read", "mlx-schedules"),
    ("GET", "/schedules/{id}"): ("read", "mlx-schedules"),
    ("PATCH", "/schedules/{id}"): ("write", "mlx-schedules"),
    ("DELETE", "/schedules/{id}"): ("write", "mlx-schedules"),
    ("GET", "/compute/gpus"): ("read", "mlx-compute"),
    ("GET", "/compute/leases"): ("read", "mlx-compute"),
    ("GET", "/diff"): ("read", "mlx-diff"),
    ("GET", "/catalog/sources"): ("read", "mlx-catalog"),
    ("POST", "/catalog/sources"): ("write", "mlx-catalog"),
    ("GET", "/catalog/sources/{id}"): ("read", "mlx-catalog"),
    ("PATCH", "/catalog/sources/{id}"): ("write", "mlx-catalog"),
    ("DELETE", "/catalog/sources/{id}"): ("write", "mlx-catalog"),
    ("PUT", "/catalog/sources/{id}/schedule"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/crawls"): ("read", "mlx-catalog"),
    ("POST", "/catalog/crawls"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/crawls/{id}"): ("read", "mlx-catalog"),
    ("POST", "/catalog/crawls/{id}/cancel"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/databases"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}"): ("read", "mlx-catalog"),
    ("DELETE", "/catalog/tables/{id}"): ("write", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/versions"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/partitions"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/explanation"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/preview"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/profile"): ("read", "mlx-catalog"),
    ("POST", "/catalog/tables/{id}/profile"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/quality"): ("read", "mlx-catalog"),
    ("PUT", "/catalog/tables/{id}/quality"): ("write", "mlx-catalog"),
    ("POST", "/catalog/tables/{id}/quality"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/snippets"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/access"): ("read", "mlx-catalog"),
    ("GET", "/catalog/tables/{id}/uses"): ("read", "mlx-catalog"),
    ("PATCH", "/catalog/notes"): ("write", "mlx-catalog"),
    ("GET", "/catalog/tags"): ("read", "mlx-catalog"),
    ("PUT", "/catalog/tags"): ("write", "mlx-catalog"),
    ("DELETE", "/catalog/tags/{key}"): ("write", "mlx-catalog"),
    ("POST", "/catalog/assignments"): ("write", "mlx-catalog"),
    ("GET", "/catalog/terms"): ("read", "mlx-catalog"),
    ("PUT", "/catalog/terms"): ("write", "mlx-catalog"),
    ("DELETE", "/catalog/terms/{name}"): ("write", "mlx-catalog"),
    ("GET", "/catalog/classifiers"): ("read", "mlx-catalog"),
    ("PUT", "/catalog/classifiers"): ("write", "mlx-catalog"),
    ("DELETE", "/catalog/classifiers/{name}"): ("write", "mlx-catalog"),
    ("GET", "/catalog/search"): ("read", "mlx-catalog"),
    ("POST", "/catalog/exchange/glue"): ("execute", "mlx-catalog"),
    ("GET", "/catalog/grants"): ("read", "mlx-access"),
    ("POST", "/catalog/grants"): ("write", "mlx-access"),
    ("DELETE", "/catalog/grants/{id}"): ("write", "mlx-access"),
    ("GET", "/catalog/audit"): ("read", "mlx-access"),
    ("GET", "/features/projects"): ("read", "mlx-features"),
    ("POST", "/features/repositories"): ("execute", "mlx-features"),
    ("GET", "/features/views"): ("read", "mlx-features"),
    ("GET", "/features/views/{id}"): ("read", "mlx-features"),
    ("GET", "/features/views/{id}/versions"): ("read", "mlx-features"),
    ("GET", "/features/views/{id}/materializations"): ("read", "mlx-features"),
    ("GET", "/features/views/{id}/uses"): ("read", "mlx-features"),
    ("GET", "/features/views/{id}/statistics"): ("read", "mlx-features"),
    ("POST", "/features/views/{id}/statistics"): ("execute", "mlx-features"),
    ("POST", "/features/materializations"): ("execute", "mlx-features"),
    ("PUT", "/features/materializations/schedule"): ("execute", "mlx-features"),
    ("POST", "/features/online"): ("read", "mlx-features"),
    ("GET", "/features/training-sets"): ("read", "mlx-features"),
    ("POST", "/features/training-sets"): ("execute", "mlx-features"),
    ("POST", "/features/training-sets/preview"): ("read", "mlx-features"),
    ("POST", "/features/training-sets/labels"): ("read", "mlx-features"),
    ("GET", "/features/training-sets/{id}"): ("read", "mlx-features"),
    ("GET", "/features/training-sets/{id}/rows"): ("read", "mlx-features"),
    ("GET", "/models/experiments"): ("read", "mlx-models"),
    ("GET", "/models/experiments/{id}"): ("read", "mlx-models"),
    ("GET", "/models/experiments/{id}/columns"): ("read", "mlx-models"),
    ("POST", "/models/runs/search"): ("read", "mlx-models"),
    ("POST", "/models/runs/curves"): ("read", "mlx-models"),
    ("POST", "/models/runs/compare"): ("read", "mlx-models"),
    ("GET", "/models/runs/{id}"): ("read", "mlx-models"),
    ("GET", "/models/runs/{id}/artifacts"): ("read", "mlx-models"),
    ("GET", "/models/runs/{id}/artifacts/{path}"): ("read", "mlx-models"),
    ("POST", "/models/evaluations"): ("execute", "mlx-models"),
    ("GET", "/models/evaluations/{id}"): ("read", "mlx-models"),
    ("POST", "/models/replays"): ("execute", "mlx-models"),
    ("GET", "/models/replays/{id}"): ("read", "mlx-models"),
    ("GET", "/models/deployments"): ("read", "mlx-models"),
    ("POST", "/models/deployments"): ("execute", "mlx-models"),
    ("GET", "/models/deployments/{name}"): ("read", "mlx-models"),
    ("PATCH", "/models/deployments/{name}"): ("execute", "mlx-models"),
    ("DELETE", "/models/deployments/{name}"): ("execute", "mlx-models"),
    ("POST", "/models/deployments/{name}/rollback"): ("execute", "mlx-models"),
    ("POST", "/models/deployments/{name}/token"): ("execute", "mlx-models"),
    ("POST", "/models/deployments/{name}/invocations"): ("execute", "mlx-models"),
    ("GET", "/models/deployments/{name}/requests"): ("read", "mlx-models"),
    ("GET", "/models/deployments/{name}/log"): ("read", "mlx-models"),
    ("GET", "/models/registered"): ("read", "mlx-models"),
    ("GET", "/models/registered/{name}"): ("read", "mlx-models"),
    ("PATCH", "/models/registered/{name}"): ("write", "mlx-models"),
    ("GET", "/models/registered/{name}/versions"): ("read", "mlx-models"),
    ("GET", "/models/registered/{name}/versions/{version}"): ("read", "mlx-models"),
    ("PATCH", "/models/registered/{name}/versions/{version}"): ("write", "mlx-models"),
    ("POST", "/models/registered/{name}/versions/{version}/approvals"): ("write", "mlx-models"),
    ("GET", "/models/registered/{name}/history"): ("read", "mlx-models"),
    ("GET", "/models/registered/{name}/promotions"): ("read", "mlx-models"),
    ("POST", "/models/registered/{name}/promotions"): ("execute", "mlx-models"),
    ("GET", "/models/promotions/{id}"): ("read", "mlx-models"),
    ("GET", "/models/policies"): ("read", "mlx-models"),
    ("POST", "/models/policies"): ("write", "mlx-models"),
    ("GET", "/models/policies/{name}"): ("read", "mlx-models"),
    ("DELETE", "/models/policies/{name}"): ("write", "mlx-models"),
    ("GET", "/events"): ("read", "mlx-events"),
}

Ask = Callable[..., Awaitable[HTTPResponse]]


class Asked(Authorizer):
    """Remembers what it is asked, and refuses or admits all."""

    admits = True
    questions: list[tuple[str, str]] = []

    async def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Remember."""
        assert user is not None
        Asked.questions.append((action, resource))
        return Asked.admits


@pytest.fixture(autouse=True)
def _fresh() -> None:
    """Each test begins with an authorizer that admits all and was asked nothing."""
    Asked.admits = True
    Asked.questions = []


@pytest.fixture
def jp_server_config(tmp_path: Path) -> dict[str, Any]:
    """A server with our extension, a store of its own, and that authorizer."""
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_mlx": True}, "authorizer_class": Asked},
        "MlxApp": {"state_dir": str(tmp_path / "state"), "gpus": "none"},
    }


@pytest.fixture
def ask(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Ask:
    """Sends a request as it is given, with no token of its own."""

    async def send(method: str, path: str, headers: dict[str, str], **options: Any) -> HTTPResponse:
        filled = path.replace("{id}", "ffffffffffff").replace("{name}", "notebook.ipynb").replace("{key}", "ffff")
        return await http_server_client.fetch(
            f"{jp_base_url}mlx/v1{filled}",
            method=method,
            headers=headers,
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
            **options,
        )

    return send


@pytest.fixture
def routes(jp_serverapp: Any) -> list[tuple[str, str]]:
    """Method and path of every route."""
    found = registered(jp_serverapp.web_app, jp_serverapp.base_url)
    return sorted((method, path) for path, handler in found.items() for method in answered(handler))


def refusal(response: HTTPResponse) -> dict[str, Any]:
    """The error in our own form."""
    error: dict[str, Any] = json.loads(response.body)["error"]
    assert error["message"]
    assert error["remedy"]
    return error


async def cookies(http_server_client: Any, base_url: str, token: str) -> dict[str, str]:
    """The cookies of a browser that has logged in by the form."""
    page = await http_server_client.fetch(f"{base_url}login")
    xsrf = re.search(r"_xsrf=([^;]+)", page.headers["Set-Cookie"])
    assert xsrf is not None
    answer = await http_server_client.fetch(
        f"{base_url}login",
        method="POST",
        headers={"Cookie": f"_xsrf={xsrf[1]}"},
        body=urlencode({"password": token, "_xsrf": xsrf[1]}),
        follow_redirects=False,
        raise_error=False,
    )
    assert answer.code == 302
    kept = [line.partition(";")[0] for line in answer.headers.get_list("Set-Cookie")]
    session = next(cookie for cookie in kept if cookie.startswith("username-"))
    return {"session": f"{session}; _xsrf={xsrf[1]}", "xsrf": xsrf[1]}


def test_every_route_has_its_right_in_the_table(routes: list[tuple[str, str]]) -> None:
    assert routes == sorted(RIGHTS)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "token wrong"}, {"Authorization": "token "}])
async def test_no_route_answers_without_the_right_token(
    ask: Ask, routes: list[tuple[str, str]], headers: dict[str, str]
) -> None:
    for method, path in routes:
        response = await ask(method, path, headers)
        assert response.code in (401, 403), (method, path, response.code)
        assert refusal(response)["code"] == "not_authenticated"
    assert Asked.questions == []


async def test_a_token_in_the_query_must_be_right_too(ask: Ask, routes: list[tuple[str, str]]) -> None:
    for method, path in routes:
        assert (await ask(method, f"{path}?token=wrong", {})).code == 403, (method, path)


async def test_every_route_answers_to_the_right_token(
    ask: Ask, routes: list[tuple[str, str]], jp_auth_header: dict[str, str]
) -> None:
    for method, path in routes:
        response = await ask(method, path, jp_auth_header)
        # A run that does not exist, a missing body or query: refused for what was asked, not for who asked.
        assert response.code in (200, 400, 404, 426), (method, path, response.code, response.body)
        assert b"internal_error" not in response.body


async def test_the_authorizer_is_asked_for_the_right_that_the_route_needs(
    ask: Ask, routes: list[tuple[str, str]], jp_auth_header: dict[str, str]
) -> None:
    for turn in range(2):
        # Twice: a decorator that remembers its first caller would show at the second walk.
        for method, path in routes if turn else routes[::-1]:
            Asked.questions.clear()
            await ask(method, path, jp_auth_header)
            assert Asked.questions == [RIGHTS[method, path]], (method, path)


async def test_what_the_authorizer_denies_is_refused(
    ask: Ask, routes: list[tuple[str, str]], jp_auth_header: dict[str, str]
) -> None:
    Asked.admits = False
    for method, path in routes:
        response = await ask(method, path, jp_auth_header)
        assert response.code == 403, (method, path)
        assert refusal(response)["code"] == "forbidden"
    assert len(Asked.questions) == len(routes)


async def test_a_cookie_alone_changes_nothing(
    ask: Ask, routes: list[tuple[str, str]], http_server_client: Any, jp_base_url: str, jp_serverapp: Any
) -> None:
    browser = await cookies(http_server_client, jp_base_url, jp_serverapp.identity_provider.token)
    for method, path in routes:
        response = await ask(method, path, {"Cookie": browser["session"]})
        if method == "GET":
            assert response.code in (200, 400, 404, 426), (method, path)
        else:
            assert response.code == 403, (method, path)
            assert "_xsrf" in refusal(response)["message"]
        wrong = await ask(method, path, {"Cookie": browser["session"], "X-XSRFToken": "wrong"})
        assert (wrong.code == 403) == (method != "GET"), (method, path)


async def test_a_cookie_with_its_xsrf_token_is_let_in(
    ask: Ask, routes: list[tuple[str, str]], http_server_client: Any, jp_base_url: str, jp_serverapp: Any
) -> None:
    browser = await cookies(http_server_client, jp_base_url, jp_serverapp.identity_provider.token)
    for method, path in routes:
        response = await ask(method, path, {"Cookie": browser["session"], "X-XSRFToken": browser["xsrf"]})
        assert response.code in (200, 400, 404, 426), (method, path, response.body)


async def test_a_foreign_page_gets_nothing_even_with_the_cookies(
    ask: Ask, routes: list[tuple[str, str]], http_server_client: Any, jp_base_url: str, jp_serverapp: Any
) -> None:
    browser = await cookies(http_server_client, jp_base_url, jp_serverapp.identity_provider.token)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for method, path in routes:
        headers = {
            "Cookie": browser["session"],
            "X-XSRFToken": browser["xsrf"],
            "Origin": "http://evil.example",
            **(upgrade if path == "/events" else {}),
        }
        response = await ask(method, path, headers)
        # jupyter_server answers a foreign page as if there were nothing.
        assert response.code == (403 if path == "/events" else 404), (method, path)
        if path != "/events":
            assert refusal(response)["code"] == "not_found"
    # tornado looks at the origin of a WebSocket last.
    assert set(Asked.questions) <= {RIGHTS["GET", "/events"]}


async def test_a_method_that_no_route_has_is_answered_to_nobody(
    ask: Ask, routes: list[tuple[str, str]], jp_auth_header: dict[str, str]
) -> None:
    for path in sorted({path for _, path in routes}):
        for method in sorted({"HEAD", "PUT", "PATCH", "POST", "DELETE"} - {m for m, p in routes if p == path}):
            assert (await ask(method, path, {})).code in (403, 405), (method, path)
            assert (await ask(method, path, jp_auth_header)).code == 405, (method, path)
    assert Asked.questions == []


async def test_the_socket_opens_for_the_token_and_says_hello(jp_ws_fetch: Any) -> None:
    socket = await jp_ws_fetch("mlx", "v1", "events")
    assert json.loads(await socket.read_message())["kind"] == "hello"
    socket.close()
    assert Asked.questions == [("read", "mlx-events")]


async def test_errors_are_never_cached_pages_with_scripts(ask: Ask, jp_auth_header: dict[str, str]) -> None:
    response = await ask("GET", "/jobs/ffffffffffff", jp_auth_header)
    assert response.headers["Content-Type"] == "application/json"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
