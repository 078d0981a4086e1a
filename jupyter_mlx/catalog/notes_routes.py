"""Routes of what people say of data: notes, tags, terms; and of custom classifiers."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..http import Context, MlxHandler
from .routes import RESOURCE, CatalogHandler

__all__ = ["routes"]

KEY = r"(?P<key>[^/]+)"
NAME = r"(?P<name>[^/]+)"


class NotesHandler(CatalogHandler):
    """`catalog/notes`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def patch(self) -> None:
        """Say something of a resource."""
        body = self.document("NotesPatch")
        resource = body.pop("resource")
        self.send(await self.call(lambda: self.services.catalog.annotate(resource, body, self.principal)))


class TagsHandler(CatalogHandler):
    """`catalog/tags`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Tag keys."""
        self.send({"items": await self.call(lambda: self.services.catalog.tag_keys(self.principal))})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def put(self) -> None:
        """Define one."""
        body = self.document("TagKeyRequest")
        self.send(await self.call(lambda: self.services.catalog.define_tag(principal=self.principal, **body)))


class TagHandler(CatalogHandler):
    """`catalog/tags/{key}`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, key: str) -> None:
        """Remove it."""
        await self.call(lambda: self.services.catalog.remove_tag(key, self.principal))
        self.done()


class AssignmentsHandler(CatalogHandler):
    """`catalog/assignments`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def post(self) -> None:
        """Tag a resource."""
        body = self.document("AssignRequest")
        self.send(await self.call(lambda: self.services.catalog.assign(body["resource"], body["tags"], self.principal)))


class TermsHandler(CatalogHandler):
    """`catalog/terms`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """The glossary."""
        self.send({"items": await self.call(lambda: self.services.catalog.terms(self.principal))})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def put(self) -> None:
        """Define a term."""
        body = self.document("TermRequest")
        self.send(await self.call(lambda: self.services.catalog.define_term(principal=self.principal, **body)))


class TermHandler(CatalogHandler):
    """`catalog/terms/{name}`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, name: str) -> None:
        """Remove it."""
        await self.call(lambda: self.services.catalog.remove_term(name, self.principal))
        self.done()


class ClassifiersHandler(CatalogHandler):
    """`catalog/classifiers`."""

    @web.authenticated
    @authorized("read", RESOURCE)
    async def get(self) -> None:
        """Custom classifiers."""
        self.send({"items": await self.call(lambda: self.services.catalog.classifiers(self.principal))})

    @web.authenticated
    @authorized("write", RESOURCE)
    async def put(self) -> None:
        """Define one."""
        body = self.document("Classifier")
        self.send(await self.call(lambda: self.services.catalog.define_classifier(principal=self.principal, **body)))


class ClassifierHandler(CatalogHandler):
    """`catalog/classifiers/{name}`."""

    @web.authenticated
    @authorized("write", RESOURCE)
    async def delete(self, name: str) -> None:
        """Remove it."""
        await self.call(lambda: self.services.catalog.remove_classifier(name, self.principal))
        self.done()


def routes(context: Context) -> list[tuple[str, type[MlxHandler], dict[str, Any]]]:
    """Pattern below ``mlx/v1/``, handler, and what it is given."""
    table: list[tuple[str, type[MlxHandler]]] = [
        (r"catalog/notes", NotesHandler),
        (r"catalog/tags", TagsHandler),
        (rf"catalog/tags/{KEY}", TagHandler),
        (r"catalog/assignments", AssignmentsHandler),
        (r"catalog/terms", TermsHandler),
        (rf"catalog/terms/{NAME}", TermHandler),
        (r"catalog/classifiers", ClassifiersHandler),
        (rf"catalog/classifiers/{NAME}", ClassifierHandler),
    ]
    return [(pattern, handler, {"context": context}) for pattern, handler in table]
